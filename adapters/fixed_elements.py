"""Fixed elements: the same text in every document, whatever the permit.

They are the process context, and the parties that a partner's page relies on.

Source: toolkit 2.0 schema page for the process, documents seen for the information model; wire
contract, 6 and 11.3.
"""

from adapters.mapping import Fixed

_PROCESS = "SpecifiedExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter"
_MODEL = "SpecifiedExchangedDocumentContext/BIMSpecifiedDocumentContextParameter"

FIXED = (
    Fixed(f"{_PROCESS}/Value", "CITES PERMITTING"),
    Fixed(f"{_PROCESS}/SpecifiedDocumentVersion/ID", "1"),
    Fixed(f"{_MODEL}/ID", "09A"),
    Fixed(f"{_MODEL}/SpecifiedDocumentVersion/ID", "1"),
    # A certificate of ownership has no importer, but the element must be there. A permit with an
    # importer writes its name over this text.
    Fixed("SpecifiedSupplyChainConsignment/ConsignorTradeParty/Name", ""),
    Fixed("SpecifiedSupplyChainConsignment/ConsigneeTradeParty/Name", ""),
)
