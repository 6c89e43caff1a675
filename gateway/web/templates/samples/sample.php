<?php
$client = new SoapClient('{{ address }}?wsdl', [
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
{% if service.needs_certificate %}
    'stream_context' => stream_context_create(['ssl' => [
        'local_cert' => 'client.pem',
        'local_pk' => 'client.key',
        'cafile' => 'ca.pem',
    ]]),
{% endif %}
]);
$answer = $client->{{ operation.name }}([
{% if request.names_permit %}
    'CertificateNumber' => '{{ permit.number }}',
    'TokenId' => '{{ permit.token }}',
{% endif %}
    'IsoCountryCode' => '{{ permit.country }}',
{% if request.confirms %}
    'ConfirmedQuantities' => ['CitesPosition' => [
{% for line, quantity in request.counted %}
        ['ID' => '{{ line }}', 'InspectedUnitQuantity' => '{{ quantity }}'],
{% endfor %}
    ]],
{% endif %}
]);
{% if operation.gives_permit %}
$permit = $answer->{{ version.root }};
echo $permit->HeaderExchangedDocument->ID{{ "->_" if with_attributes }}, "\n";
foreach ($permit->SpecifiedSupplyChainConsignment->IncludedSupplyChainConsignmentItem as $line) {
    $quantity = $line->TransportLogisticsPackage[0]->ItemQuantity;
    echo $line->ID[0]{{ "->_" if with_attributes }}, ' ', $quantity->_, ' ', $quantity->unitCode, "\n";
}
{% elif request.confirms %}
echo $answer->State, ' ', $answer->ConfirmationId, "\n";
{% else %}
echo $answer->State, "\n";
{% endif %}
