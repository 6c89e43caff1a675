<?php
// A service made from the WSDL by PHP's own SoapServer, as a first attempt looks: it answers, and leaves out what a
// first attempt leaves out. `EPIX_SERVICE=FOLDER php -S HOST:PORT service.php`. FOLDER holds contract.wsdl (its
// path), permit.xml (with NUMBER in place of the number) and permits.json (number -> token, state).

const RAM = 'urn:un:unece:uncefact:data:draft:ReusableAggregateBusinessInformationEntity:1';

$folder = getenv('EPIX_SERVICE');
$wsdl = trim(file_get_contents("$folder/contract.wsdl"));
ini_set('soap.wsdl_cache_enabled', '0');

class Service
{
    public function __construct(private string $folder)
    {
    }

    public function ServiceState($request)
    {
        return ['State' => 'OK'];
    }

    public function GetNonFinalCitesCertificate($request)
    {
        return $this->answer($this->permit($request)['xml']);
    }

    public function GetFinalCitesCertificate($request)
    {
        $permit = $this->permit($request);
        if ($permit['state'] !== 'final') {
            throw new SoapFault('Client', 'CertificateNotFinal');
        }
        return $this->answer($this->endorsed($permit));
    }

    public function GetFinalCertificate($request)
    {
        return $this->GetFinalCitesCertificate($request);
    }

    public function ConfirmQuantities($request)
    {
        $permit = $this->permit($request);
        $positions = $request->ConfirmedQuantities->CitesPosition;
        foreach (is_array($positions) ? $positions : [$positions] as $position) {
            $permit['box14'][$position->ID] = (int) $position->InspectedUnitQuantity;
        }
        $permit['state'] = 'final';
        $this->keep($request->CertificateNumber, $permit);
        return ['State' => 'CONFIRMED'];
    }

    private function permit($request)
    {
        $all = json_decode(file_get_contents("$this->folder/permits.json"), true);
        $permit = $all[$request->CertificateNumber] ?? null;
        if ($permit === null) {
            throw new SoapFault('Server', "No permit {$request->CertificateNumber}");
        }
        if ($permit['token'] && isset($request->TokenId) && $request->TokenId !== $permit['token']) {
            throw new SoapFault('Client', "Wrong token {$request->TokenId}");
        }
        $permit['xml'] = str_replace(
            'NUMBER', $request->CertificateNumber, file_get_contents("$this->folder/permit.xml")
        );
        return $permit;
    }

    private function keep($number, $permit)
    {
        $file = "$this->folder/permits.json";
        $all = json_decode(file_get_contents($file), true);
        unset($permit['xml']);
        file_put_contents($file, json_encode([$number => $permit] + $all));
    }

    private function endorsed($permit)
    {
        $document = new DOMDocument();
        $document->loadXML($permit['xml']);
        foreach ($document->getElementsByTagNameNS(RAM, 'IncludedSupplyChainConsignmentItem') as $line) {
            $letter = $line->getElementsByTagNameNS(RAM, 'ID')->item(0)->textContent;
            $event = $line->appendChild($document->createElementNS(RAM, 'ram:ExaminationTransportEvent'));
            $event->appendChild(
                $document->createElementNS(RAM, 'ram:UnitQuantity', (string) ($permit['box14'][$letter] ?? ''))
            );
        }
        return $document->saveXML($document->documentElement);
    }

    private function answer($xml)
    {
        return ['CITESEPermit' => new SoapVar($xml, XSD_ANYXML), 'Composite' => false];
    }
}

if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    header('Content-Type: text/xml; charset=utf-8');
    readfile($wsdl);
    return;
}
$server = new SoapServer($wsdl);
$server->setObject(new Service($folder));
$server->handle();
