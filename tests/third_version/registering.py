"""Registration of the invented version: a row in each table, its XSDs, and a WSDL with its names.

The folder of the contract stands in a temporary place, as that of an installed gateway does.
"""

import shutil
from functools import cache
from pathlib import Path

import pytest

import schemas
import wsdl
from adapters import registry
from adapters.permit_format import PermitDocument, Version
from schemas import ContractVersion
from tests.third_version.boxes import FIXED, LINE, PERMIT
from tests.third_version.fitting import FITTING

NAME = "v3"
CONTRACT = ContractVersion(
    NAME,  # type: ignore[arg-type]  # its name stands in VersionName once it is more than a test
    "InventedPermit",
    "invented",
    "urn:example:invented-permit:3",
    components_namespace="urn:example:invented-permit:parts:3",
    number="Certificate/Number",
    consignment="Goods",
    line="Item",
    letter="Letter",
)
XSDS = Path(__file__).parent / "schemas"


def register(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Add the version for the length of a test. folder: an empty one."""
    shutil.copytree(schemas.directory(), folder / "schemas")
    shutil.copytree(wsdl.directory(), folder / "wsdl")
    shutil.copytree(XSDS, folder / "schemas" / NAME)
    (folder / "wsdl" / f"epix-{NAME}.wsdl").write_text(_wsdl(), encoding="utf-8")
    patch.setattr(schemas, "directory", lambda: folder / "schemas")
    patch.setattr(wsdl, "directory", lambda: folder / "wsdl")
    patch.setitem(schemas.VERSIONS, NAME, CONTRACT)  # type: ignore[arg-type]
    patch.setitem(schemas.VERSION_BY_ROOT, CONTRACT.root, CONTRACT)  # type: ignore[arg-type]

    @cache
    def made() -> PermitDocument:
        return PermitDocument(Version(CONTRACT, PERMIT, LINE, FIXED, FITTING))

    patch.setitem(registry.FORMATS, NAME, made)


def _wsdl() -> str:
    """The WSDL of v2 with the names of this version."""
    text = wsdl.file("v2").read_text(encoding="utf-8")
    for old, new in (
        ("urn:CitesDataExchange/v2/", CONTRACT.namespace),
        ("urn:un:unece:uncefact:data:standard:CITESEPermit:2", CONTRACT.document_namespace),
        ("../schemas/v2/CITESEPermit.xsd", f"../schemas/{NAME}/Permit.xsd"),
        ("rsm:CITESEPermitType", "rsm:PermitType"),
        ("CITESEPermit", CONTRACT.root),
        ("EpixV2", "EpixV3"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text
