<?php
// A WS-Security client of PHP's own parts: DOM's canonicalisation and OpenSSL, no library.
// `php client.php ADDRESS 1.1|1.2 TLS.pem TLS.key CA.pem MODE CERTIFICATE|USER KEY|PASSWORD [REPEAT]` asks for what stdin holds:
// {"operation": "GetNonFinalCitesCertificate", "namespace": "urn:...", "parameters": {...}}. MODE: x509, text or digest.
// REPEAT sends the same bytes again. The answers leave as JSON on stdout.

error_reporting(E_ALL);
set_error_handler(function (int $level, string $text): bool {
    throw new ErrorException($text, 0, $level);
});

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const WSSE = WSS . '-wssecurity-secext-1.0.xsd';
const WSU = WSS . '-wssecurity-utility-1.0.xsd';
const DS = 'http://www.w3.org/2000/09/xmldsig#';
const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';

class SecuredClient extends SoapClient
{
    public array $security;
    public int $repeat = 1;
    public array $answers = [];

    public function __doRequest(
        string $request, string $location, string $action, int $version, bool $oneWay = false
    ): ?string {
        $secured = secured($request, $version, ...$this->security);
        for ($time = 0; $time < $this->repeat; $time++) {
            $this->answers[] = parent::__doRequest($secured, $location, $action, $version, $oneWay);
        }
        return $this->answers[0];
    }
}

function secured(string $request, int $version, string $mode, string $who, string $secret): string
{
    $document = new DOMDocument();
    $document->loadXML($request);
    $envelope = $document->documentElement;
    $soap = $envelope->namespaceURI;
    $body = $document->getElementsByTagNameNS($soap, 'Body')->item(0);
    $header = $envelope->insertBefore($document->createElementNS($soap, $envelope->prefix . ':Header'), $body);
    $security = $header->appendChild($document->createElementNS(WSSE, 'wsse:Security'));
    $security->setAttributeNS($soap, $envelope->prefix . ':mustUnderstand', $version === SOAP_1_2 ? 'true' : '1');
    if ($mode !== 'x509') {
        $token = $security->appendChild($document->createElementNS(WSSE, 'wsse:UsernameToken'));
        $token->appendChild($document->createElementNS(WSSE, 'wsse:Username', $who));
        $nonce = random_bytes(16);
        $created = gmdate('Y-m-d\TH:i:s\Z');
        $shown = $mode === 'digest' ? base64_encode(sha1($nonce . $created . $secret, true)) : $secret;
        $password = $token->appendChild($document->createElementNS(WSSE, 'wsse:Password', $shown));
        $kind = $mode === 'digest' ? 'PasswordDigest' : 'PasswordText';
        $password->setAttribute('Type', WSS . '-username-token-profile-1.0#' . $kind);
        $token->appendChild($document->createElementNS(WSSE, 'wsse:Nonce', base64_encode($nonce)));
        $token->appendChild($document->createElementNS(WSU, 'wsu:Created', $created));
        return $document->saveXML();
    }
    $body->setAttributeNS(WSU, 'wsu:Id', 'the-body');
    $timestamp = $security->appendChild($document->createElementNS(WSU, 'wsu:Timestamp'));
    $timestamp->setAttributeNS(WSU, 'wsu:Id', 'ts-' . bin2hex(random_bytes(8)));
    $timestamp->appendChild($document->createElementNS(WSU, 'wsu:Created', gmdate('Y-m-d\TH:i:s\Z')));
    $timestamp->appendChild($document->createElementNS(WSU, 'wsu:Expires', gmdate('Y-m-d\TH:i:s\Z', time() + 60)));
    $der = preg_replace('/-----[^-]+-----|\s/', '', file_get_contents($who));
    $token = $security->appendChild($document->createElementNS(WSSE, 'wsse:BinarySecurityToken', $der));
    $token->setAttributeNS(WSU, 'wsu:Id', 'the-certificate');
    $token->setAttribute('ValueType', WSS . '-x509-token-profile-1.0#X509v3');
    $token->setAttribute('EncodingType', WSS . '-soap-message-security-1.0#Base64Binary');
    $signature = $security->appendChild($document->createElementNS(DS, 'ds:Signature'));
    $info = $signature->appendChild($document->createElementNS(DS, 'ds:SignedInfo'));
    $add = function (DOMElement $to, string $name, ?string $algorithm, ?string $text = null) use ($document) {
        $element = $to->appendChild($document->createElementNS(DS, "ds:$name", $text ?? ''));
        if ($algorithm !== null) {
            $element->setAttribute('Algorithm', $algorithm);
        }
        return $element;
    };
    $add($info, 'CanonicalizationMethod', EXC);
    $add($info, 'SignatureMethod', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    foreach ([$timestamp, $body] as $part) {
        $reference = $add($info, 'Reference', null);
        $reference->setAttribute('URI', '#' . $part->getAttributeNS(WSU, 'Id'));
        $add($add($reference, 'Transforms', null), 'Transform', EXC);
        $add($reference, 'DigestMethod', 'http://www.w3.org/2001/04/xmlenc#sha256');
        $add($reference, 'DigestValue', null, base64_encode(hash('sha256', $part->C14N(true, false), true)));
    }
    openssl_sign($info->C14N(true, false), $value, file_get_contents($secret), OPENSSL_ALGO_SHA256);
    $add($signature, 'SignatureValue', null, base64_encode($value));
    $key = $add($signature, 'KeyInfo', null)->appendChild(
        $document->createElementNS(WSSE, 'wsse:SecurityTokenReference')
    );
    $key->appendChild($document->createElementNS(WSSE, 'wsse:Reference'))->setAttribute('URI', '#the-certificate');
    return $document->saveXML();
}

[, $address, $version, $certificate, $privateKey, $authority, $mode, $who, $secret] = $argv;
$asked = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
$tls = ['local_cert' => $certificate, 'local_pk' => $privateKey, 'cafile' => $authority, 'verify_peer' => true];
$client = new SecuredClient(null, [
    'location' => $address,
    'uri' => $asked['namespace'],
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'stream_context' => stream_context_create(['ssl' => $tls]),
    'exceptions' => true,
]);
$client->security = [$mode, $who, $secret];
$client->repeat = (int) ($argv[9] ?? 1);
$body = '<q:' . $asked['operation'] . 'Request xmlns:q="' . $asked['namespace'] . '">';
foreach ($asked['parameters'] as $name => $text) {
    $body .= "<$name>" . htmlspecialchars($text, ENT_XML1) . "</$name>";
}
$body .= '</q:' . $asked['operation'] . 'Request>';
$space = $version === '1.2' ? 'http://www.w3.org/2003/05/soap-envelope' : 'http://schemas.xmlsoap.org/soap/envelope/';
$envelope = "<e:Envelope xmlns:e=\"$space\"><e:Body>$body</e:Body></e:Envelope>";
$client->__doRequest($envelope, $address, '', $version === '1.2' ? SOAP_1_2 : SOAP_1_1);
echo json_encode($client->answers, JSON_THROW_ON_ERROR);
