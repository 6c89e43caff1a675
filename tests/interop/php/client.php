<?php
// What does PHP's own SoapClient, in WSDL mode, make of the service? `php client.php WSDL 1.1|1.2`
// Calls come as JSON on stdin: [["ServiceState", {}], ...]; results leave as JSON on stdout, one for each.

error_reporting(E_ALL);
set_error_handler(function (int $level, string $text): bool {
    throw new ErrorException($text, 0, $level);
});

[, $wsdl, $version] = $argv;
$client = new SoapClient($wsdl, [
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$operation, $parameters]) {
    try {
        $results[] = ['answer' => $client->__soapCall($operation, [$parameters])];
    } catch (SoapFault $fault) {
        $results[] = ['fault' => [
            'code' => $fault->faultcode,
            'string' => $fault->faultstring,
            'detail' => $fault->detail ?? null,
        ]];
    }
}
echo json_encode($results, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
