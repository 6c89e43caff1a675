"""Contract versions: names, root elements and namespaces in one table; folder of the XSDs.

Importing this package reads no schema and loads no XML library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

VersionName = Literal["v1", "v2"]
"""Name of a contract version, as configuration and addresses spell it."""

DEFAULT_VERSION: VersionName = "v2"
"""Version where none is named. A later version does not take its place by itself."""

COMPONENTS_NAMESPACE = (
    "urn:un:unece:uncefact:data:draft:ReusableAggregateBusinessInformationEntity:1"
)
"""Namespace of everything below the root of a permit document; v1 and v2 share it."""

FAULT_NAMESPACE = "urn:CitesDataExchange/fault/"
"""Namespace of the detail element in a SOAP Fault; all versions share it."""

HUB_NAMESPACE = "urn:CitesDataExchange"
"""Namespace of requests in the flavour of the UNEP-WCMC hub; no version, no slash."""


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """A version of the contract: its messages (WSDL) and its permit document (XSD).

    name: `v1` or `v2`; it stands in addresses (`/epix/v1`) and names the folder of the XSDs.
    root: local name of the permit document's root, and of the permit inside an answer.
    toolkit: version of the CITES electronic permitting toolkit that the document follows.
    document_namespace: of the permit document's root type.
    components_namespace: of everything below the root.
    number: path of box 1 from the root, by local names; its first step holds the whole document's
    boxes.
    consignment, line, letter: local names of the element around the lines, of a line in it, and of
    the letter in a line.
    Source: wire contract, sections 1 to 3; schemas/ORIGIN.md.
    """

    name: VersionName
    root: str
    toolkit: str
    document_namespace: str
    components_namespace: str = COMPONENTS_NAMESPACE
    number: str = "HeaderExchangedDocument/ID"
    consignment: str = "SpecifiedSupplyChainConsignment"
    line: str = "IncludedSupplyChainConsignmentItem"
    letter: str = "ID"

    @property
    def namespace(self) -> str:
        """Target namespace of WSDL and message elements; children of a message have none."""
        return f"urn:CitesDataExchange/{self.name}/"

    @property
    def document_schema(self) -> Path:
        """The XSD that declares the root for permits that stand alone."""
        return directory() / self.name / "document.xsd"


VERSIONS: Mapping[str, ContractVersion] = {
    version.name: version
    for version in (
        ContractVersion("v1", "CBFShip", "1.0", "urn:un:unece:uncefact:data:draft:CBFShip:1"),
        ContractVersion(
            "v2", "CITESEPermit", "2.0", "urn:un:unece:uncefact:data:standard:CITESEPermit:2"
        ),
    )
}
"""Every contract version by its name, the oldest first."""

VERSION_BY_ROOT: Mapping[str, ContractVersion] = {
    version.root: version for version in VERSIONS.values()
}
"""Every contract version by the root element of its permit document."""


def directory() -> Path:
    """The folder that holds v1/, v2/ and fault.xsd, in a checkout and in an installed wheel alike.

    Packages are never zipped, so it is a real folder.
    """
    return Path(__file__).parent
