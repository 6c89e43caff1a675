"""Sample permits of services of other stacks, as files that their programs read and write."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import wsdl
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit
from tests.interop.sandbox import VERSIONS

DOCUMENT = Path(__file__).parents[1] / "documents" / "v2" / "minimal.xml"
STATES: Mapping[PermitKind, str] = {
    kind: kind.value if kind in ("final", "cancelled", "replaced") else "issued"
    for kind in PermitKind
}


@dataclass(frozen=True, slots=True)
class ServiceFiles:
    """Folder of a service. permits: the ones that it holds."""

    folder: Path
    permits: tuple[SamplePermit, ...]


def service_files(folder: Path) -> ServiceFiles:
    """Write contract.wsdl, permit.xml and permits.json: one line of 12.5 KGM in each permit."""
    permits = tuple(
        SamplePermit(
            kind=kind,
            number=f"ZZ26EX{nth:06}",
            token=None if kind is PermitKind.WITHOUT_TOKEN else f"FIRST-ATTEMPT-{nth}",
        )
        for nth, kind in enumerate(PermitKind, 1)
    )
    document = re.sub(r"<!--.*?-->\s*", "", DOCUMENT.read_text(encoding="utf-8"))
    document = document.replace("MZ26EX000007", "NUMBER")
    document = document.replace('unitCode="NAR">5<', 'unitCode="KGM">12.5<')
    held = {
        permit.number: {
            "token": permit.token,
            "state": STATES[permit.kind],
            "box14": {"A": 12.5} if permit.kind is PermitKind.FINAL else {},
        }
        for permit in permits
    }
    (folder / "contract.wsdl").write_text(str(wsdl.file(VERSIONS[-1])))
    (folder / "permit.xml").write_text(document, encoding="utf-8")
    (folder / "permits.json").write_text(json.dumps(held))
    (folder / "permits.txt").write_text(
        "".join(
            f"{permit.number} {STATES[permit.kind]} {permit.token or '-'}\n" for permit in permits
        )
    )
    return ServiceFiles(folder, permits)
