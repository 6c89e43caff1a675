#include <iostream>
#include "soapEpixSoap11Proxy.h"
#include "EpixSoap11.nsmap"

int main() {
    EpixSoap11Proxy epix("{{ address }}");
{% if service.needs_certificate %}
    soap_ssl_init();  // client.pem: our certificate, then its key
    if (soap_ssl_client_context(&epix, SOAP_SSL_DEFAULT, "client.pem", NULL, "ca.pem", NULL, NULL)) {
        epix.soap_stream_fault(std::cerr);
        return 1;
    }
{% endif %}
    std::string country = "{{ permit.country }}";
{% if request.names_permit %}
    std::string token = "{{ permit.token }}";
{% endif %}
{% if operation.gives_permit %}
    ns1__CertificateRequestType request;
    request.CertificateNumber = "{{ permit.number }}";
    request.TokenId = &token;
    request.IsoCountryCode = &country;
    ns1__CertificateResponseType answer;
{% elif request.confirms %}
    ns1__ConfirmQuantitiesRequestType request;
    request.CertificateNumber = "{{ permit.number }}";
    request.TokenId = &token;
    request.IsoCountryCode = &country;
    ns1__CitesPositionType lines[{{ request.counted | length }}];
    ns1__ConfirmedQuantitiesType counted;
{% for line, quantity in request.counted %}
    lines[{{ loop.index0 }}].ID = "{{ line }}";
    lines[{{ loop.index0 }}].InspectedUnitQuantity = "{{ quantity }}";
    counted.CitesPosition.push_back(&lines[{{ loop.index0 }}]);
{% endfor %}
    request.ConfirmedQuantities = &counted;
    ns1__ConfirmQuantitiesResponseType answer;
{% else %}
    ns1__ServiceStateRequestType request;
    request.IsoCountryCode = &country;
    ns1__ServiceStateResponseType answer;
{% endif %}
    if (epix.{{ operation.name }}(&request, answer)) {
        epix.soap_stream_fault(std::cerr);
        return 1;
    }
{% if operation.gives_permit %}
    auto permit = answer.{{ version.root }};
    std::cout << {{ "permit->HeaderExchangedDocument->ID->__item" if with_attributes else "*permit->HeaderExchangedDocument->ID" }} << std::endl;
    for (auto line : permit->SpecifiedSupplyChainConsignment->IncludedSupplyChainConsignmentItem) {
        auto quantity = line->TransportLogisticsPackage[0]->ItemQuantity;
        std::cout << {{ "line->ID[0]->__item" if with_attributes else "line->ID[0]" }} << " " << quantity->__item << " " << *quantity->unitCode << std::endl;
    }
{% elif request.confirms %}
    std::cout << soap_ns1__ConfirmationStateType2s(&epix, *answer.State) << " " << *answer.ConfirmationId << std::endl;
{% else %}
    std::cout << soap_ns1__OperatingStateType2s(&epix, *answer.State) << std::endl;
{% endif %}
}
