"""Mapping table of CITESEPermit (toolkit 2.0): each box of the form and its place."""

from adapters.conversions import COUNTED, INDICATOR, MOMENT, NUMBER, QUANTITY, SOURCES, TOKEN
from adapters.fragments import COUNTRY, LOCATION, NUMBERED, REFERENCED, REGISTERED, party, signing
from adapters.mapping import Box, rows

_HEADER = "HeaderExchangedDocument"
_PERIOD = "EffectiveSpecifiedPeriod"
_SECOND_PERIOD = "ReferenceReferencedDocument/EffectiveSpecifiedPeriod"
_CONSIGNMENT = "SpecifiedSupplyChainConsignment"
_TRADED = "IncludedSupplyChainTradeLineItem"
_PRODUCT = "IncludedSupplyChainTradeLineItem/SpecifiedTradeProduct"
_PROCEDURE = "ApplicableCrossBorderRegulatoryProcedure"

PARTY = party(
    (
        Box("", "country.code", "CountryID", TOKEN),
        Box("", "country.name", "CountryName"),
        Box("", "country.subdivision", "CountrySubDivisionName"),
    )
)
EXAMINATION = (
    Box("", "at", "ActualOccurrenceDateTime", MOMENT),
    Box("", "quantity", "UnitQuantity", QUANTITY),
    *rows("", "port", "OccurrenceLogisticsLocation", LOCATION),
    *rows("", "authority", "CertifyingTradeParty", PARTY),
)


def signature(letter: str) -> tuple[Box, ...]:
    """The rows of a signature block, with its date and place."""
    return (
        Box("", "letter", "TypeCode", TOKEN, default=letter),
        Box("", "signed_at", "ActualDateTime", MOMENT),
        Box("", "stamp", "ID", TOKEN),
        Box("", "statement", "Statement"),
        *rows("", "party", "ProviderTradeParty", signing(PARTY)),
        *rows("", "place", "IssueLogisticsLocation", LOCATION),
    )


PERMIT = (
    Box("1", "number", f"{_HEADER}/ID", NUMBER),
    Box("1", "letter", f"{_HEADER}/TypeCode", TOKEN),
    Box("1", "type_name", f"{_HEADER}/Name"),
    Box("1", "copy", f"{_HEADER}/CopyIndicator", INDICATOR),
    Box("2", "valid_from", f"{_HEADER}/{_PERIOD}/StartDateTime", MOMENT),
    Box("2", "valid_until", f"{_HEADER}/{_PERIOD}/EndDateTime", MOMENT),
    *rows("3", "importer", f"{_CONSIGNMENT}/ConsigneeTradeParty", PARTY,
          boxes={"address.country": "3a"}),
    *rows("4", "exporter", f"{_CONSIGNMENT}/ConsignorTradeParty", PARTY),
    *rows("4", "applicant", f"{_HEADER}/SecondSignatoryDocumentAuthentication", signature("B")),
    Box("5", "special_conditions", f"{_HEADER}/Information[*]"),
    Box("5a", "purpose", f"{_HEADER}/PurposeCode", TOKEN),
    Box("5a", "purpose_text", f"{_HEADER}/Purpose"),
    *rows("6", "management_authority", f"{_HEADER}/FirstSignatoryDocumentAuthentication",
          signature("A"), boxes={"stamp": "5b"}),
    Box("13", "issued_at", f"{_HEADER}/IssueDateTime", MOMENT),
    *rows("13", "issued_where", f"{_HEADER}/IssueLogisticsLocation", LOCATION),
    *rows("13", "issuer", f"{_HEADER}/ThirdSignatoryDocumentAuthentication", signature("C")),
    *rows("14", "examiner", f"{_HEADER}/FourthSignatoryDocumentAuthentication", signature("D")),
    *rows("14", "examination", f"{_CONSIGNMENT}/ExaminationTransportEvent", EXAMINATION),
    *rows("15", "transport", f"{_CONSIGNMENT}/TransportContractReferencedDocument", REFERENCED),
    # Repeated value: the hub reads box 2 above; other partners read it here.
    Box("2", "valid_from", f"{_HEADER}/{_SECOND_PERIOD}/StartDateTime", MOMENT,
        repeated_at="valid_"),
    Box("2", "valid_until", f"{_HEADER}/{_SECOND_PERIOD}/EndDateTime", MOMENT,
        repeated_at="valid_"),
)  # fmt: skip

LINE = (
    Box("7", "scientific_name", f"{_PRODUCT}/ScientificName"),
    Box("8", "common_names", f"{_PRODUCT}/CommonName[*]"),
    Box("9", "description", f"{_PRODUCT}/Description"),
    Box("9", "marks", "PhysicalLogisticsShippingMarks[*]/Marking[*]"),
    Box("9", "term", f"{_PRODUCT}/TypeCode", TOKEN),
    Box("10", "appendix", f"{_TRADED}/TypeCode", TOKEN),
    Box("10", "sources", f"{_TRADED}/TypeExtensionCode", SOURCES),
    Box("11", "quantity", "TransportLogisticsPackage/ItemQuantity", COUNTED),
    Box("11a", "quota.used_to_date", f"{_PROCEDURE}/UsedToDateQuotaQuantity", QUANTITY),
    Box("11a", "quota.annual", f"{_PROCEDURE}/AnnualQuotaQuantity", QUANTITY),
    *rows("12", "origin.country", "OriginTradeCountry", COUNTRY),
    *rows("12", "origin.permit", "AssociatedReferencedDocument[TypeCode=861]", NUMBERED),
    *rows("12a", "last_reexport.country", "ExportTradeCountry", COUNTRY),
    *rows("12a", "last_reexport.certificate", "AssociatedReferencedDocument[TypeCode=811]",
          NUMBERED),
    Box("12b", "operation.category_code", f"{_PROCEDURE}/CategoryCode", TOKEN),
    Box("12b", "operation.acquired", f"{_PROCEDURE}/AcquisitionDateTime", MOMENT),
    *rows("12b", "operation.registration", f"{_PROCEDURE}/PreviousReferencedDocument", REGISTERED),
    *rows("14", "examination", "ExaminationTransportEvent", EXAMINATION),
)  # fmt: skip
