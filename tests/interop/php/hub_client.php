<?php
// PHP's own SoapClient, rpc/encoded, as a client of the UNEP-WCMC hub: `php hub_client.php ADDRESS [WSDL]`
// Calls come as JSON on stdin: [["ServiceState", {"IsoCountryCode": "MZ"}], ...]. The answer is not the declared one, as at the hub, so
// the envelope is read as it came. Without a WSDL each parameter is named by itself.

[, $address, $wsdl] = [...$argv, null];
$client = new SoapClient($wsdl, [
    'location' => $address,
    'uri' => 'urn:CitesDataExchange',
    'style' => SOAP_RPC,
    'use' => SOAP_ENCODED,
    'trace' => true,
    'cache_wsdl' => WSDL_CACHE_NONE,
]);
$results = [];
foreach (json_decode(stream_get_contents(STDIN)) as [$operation, $parameters]) {
    $arguments = [];
    foreach ($parameters as $name => $value) {
        $arguments[] = $wsdl === null ? new SoapParam($value, $name) : $value;
    }
    $fault = null;
    try {
        $client->__soapCall($operation, $arguments);
    } catch (SoapFault $refused) {
        $fault = $refused->faultstring;
    }
    $results[] = ['fault' => $fault, 'request' => $client->__getLastRequest(), 'answer' => $client->__getLastResponse()];
}
echo json_encode($results, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
