/* Client of gSOAP, made from the WSDL by wsdl2h and soapcpp2: every operation once; what it read, as JSON.

       client ENDPOINT 1.1|1.2 FIRST TOKEN SECOND TOKEN */
#include <iostream>
#include <map>
#include <sstream>

#include "soapEpixSoap11Proxy.h"
#include "EpixSoap11.nsmap"

typedef std::map<std::string, std::string> Facts;

static std::string quoted(const std::string &text) {
    return "\"" + text + "\"";  // words, numbers and identifiers: none holds a quotation mark
}

static std::string object(const Facts &facts) {
    std::ostringstream out;
    for (const auto &fact : facts)
        out << (out.tellp() > 0 ? ", " : "{") << quoted(fact.first) << ": " << fact.second;
    out << (out.tellp() > 0 ? "}" : "{}");
    return out.str();
}

static std::string fault_of(EpixSoap11Proxy &client) {
    soap_set_fault(&client);
    struct SOAP_ENV__Detail *detail = client.version == 2 ? client.fault->SOAP_ENV__Detail : client.fault->detail;
    ns3__FaultType *fault = detail ? detail->ns3__Fault : NULL;
    if (!fault) {
        client.soap_stream_fault(std::cerr);
        return "null";
    }
    Facts facts;
    facts["Code"] = quoted(fault->Code);
    facts["Retry"] = quoted(soap_ns3__RetryType2s(&client, fault->Retry));
    if (fault->Position) facts["Position"] = quoted(*fault->Position);
    if (fault->Box) facts["Box"] = quoted(*fault->Box);
    return object(facts);
}

static std::string amount(const ns4__QuantityType *quantity) {
    return quoted(quantity->__item + " " + *quantity->unitCode);
}

static std::string lines(ns1__CertificateResponseType &answer, bool endorsed) {
    Facts found;
    for (auto item : answer.CITESEPermit->SpecifiedSupplyChainConsignment->IncludedSupplyChainConsignmentItem)
        found[item->ID[0]->__item] = amount(
            endorsed ? item->ExaminationTransportEvent[0]->UnitQuantity
                     : item->TransportLogisticsPackage[0]->ItemQuantity);
    return object(found);
}

/* Each version of SOAP has its binding in the WSDL, and so its own functions: those of 1.2 end in "_". */
typedef EpixSoap11Proxy Proxy;
typedef int (Proxy::*Ask)(ns1__CertificateRequestType *, ns1__CertificateResponseType &);
typedef int (Proxy::*Confirm)(ns1__ConfirmQuantitiesRequestType *, ns1__ConfirmQuantitiesResponseType &);
typedef int (Proxy::*State)(ns1__ServiceStateRequestType *, ns1__ServiceStateResponseType &);

int main(int count, char **words) {
    if (count != 7) return 2;
    bool twelve = std::string(words[2]) == "1.2";
    Ask non_final = twelve ? (Ask)&Proxy::GetNonFinalCitesCertificate_ : (Ask)&Proxy::GetNonFinalCitesCertificate;
    Ask get_final = twelve ? (Ask)&Proxy::GetFinalCertificate_ : (Ask)&Proxy::GetFinalCertificate;
    Ask get_final_of_hub = twelve ? (Ask)&Proxy::GetFinalCitesCertificate_ : (Ask)&Proxy::GetFinalCitesCertificate;
    Confirm confirm = twelve ? (Confirm)&Proxy::ConfirmQuantities_ : (Confirm)&Proxy::ConfirmQuantities;
    State get_state = twelve ? (State)&Proxy::ServiceState_ : (State)&Proxy::ServiceState;
    Proxy client(words[1]);
    soap_set_version(&client, twelve ? 2 : 1);
    std::string country = "MZ", tokens[] = {words[4], words[6]};
    Facts facts;

    ns1__CertificateRequestType first, second;
    first.CertificateNumber = words[3], first.TokenId = &tokens[0], first.IsoCountryCode = &country;
    second.CertificateNumber = words[5], second.TokenId = &tokens[1], second.IsoCountryCode = &country;
    ns1__CertificateResponseType answer, final;
    if ((client.*non_final)(&first, answer)) return std::cerr << fault_of(client), 1;
    facts["number"] = quoted(answer.CITESEPermit->HeaderExchangedDocument->ID->__item);
    facts["lines"] = lines(answer, false);
    facts["not_final"] = (client.*get_final)(&first, final) ? fault_of(client) : "null";

    ns1__ConfirmQuantitiesRequestType confirmed;
    ns1__ConfirmedQuantitiesType quantities;
    ns1__CitesPositionType a, b, c;
    a.ID = "A", a.InspectedUnitQuantity = "5", b.ID = "B", c.ID = "C", c.InspectedUnitQuantity = "3";
    confirmed.CertificateNumber = words[3], confirmed.TokenId = &tokens[0], confirmed.IsoCountryCode = &country;
    confirmed.ConfirmedQuantities = &quantities;
    quantities.CitesPosition = {&b}, b.InspectedUnitQuantity = "12.500001";
    ns1__ConfirmQuantitiesResponseType receipt;
    facts["too_much"] = (client.*confirm)(&confirmed, receipt) ? fault_of(client) : "null";
    confirmed.CertificateNumber = words[5], confirmed.TokenId = &tokens[1];
    quantities.CitesPosition = {&a, &b, &c}, b.InspectedUnitQuantity = "12.5";
    if ((client.*confirm)(&confirmed, receipt)) return std::cerr << fault_of(client), 1;
    facts["confirmation"] = quoted(*receipt.ConfirmationId);

    ns1__CertificateResponseType endorsed, hub;
    if ((client.*get_final)(&second, endorsed)) return std::cerr << fault_of(client), 1;
    facts["final"] = lines(endorsed, true);
    if ((client.*get_final_of_hub)(&second, hub)) return std::cerr << fault_of(client), 1;
    facts["final_of_hub"] = lines(hub, true);

    ns1__ServiceStateRequestType asked;
    ns1__ServiceStateResponseType state;
    if ((client.*get_state)(&asked, state)) return std::cerr << fault_of(client), 1;
    facts["state"] = quoted(soap_ns1__OperatingStateType2s(&client, *state.State));
    std::cout << object(facts) << std::endl;
    return 0;
}
