"""Builders of permits for tests, complete and lawful until a test changes a part.

For example `a_permit(importer=None)` or `a_position("B")`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from gateway.domain.availability.results import Result
from gateway.domain.availability.windows import PlannedWindow
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.party import (
    Address,
    Country,
    Location,
    Party,
    ReferencedDocument,
    Signatory,
)
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import (
    CitesPosition,
    Examination,
    LastReexport,
    Origin,
    Quota,
    RegisteredOperation,
)
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import PartiallyCompleted
from gateway.domain.report.mismatch import Line, Settlement
from gateway.domain.report.shared import (
    Act,
    ActingPerson,
    ActKind,
    Delivery,
    Figure,
    PersonRole,
    SharedMismatch,
)
from gateway.exchange.ports import ShownCertificate
from gateway.exchange.ports.availability.results import PartnerResult

MAPUTO = timezone(timedelta(hours=2))
ISSUED = datetime(2026, 3, 2, 9, 30, tzinfo=MAPUTO)
"""When the sample permit was issued."""
VALID_UNTIL = datetime(2026, 9, 1, 0, 0, tzinfo=MAPUTO)
"""Its last day: six months less a day, as an export permit may have."""

EXPORTER = Party(
    name="Zambezi Crocodile Farms Lda",
    identifier="NUIT 400123456",
    address=Address(
        street=("Estrada Nacional 7", "Parcela 12"),
        post_office_box="C.P. 88",
        postcode="2300",
        city="Tete",
        country=Country("MZ", "Mozambique", "Tete"),
    ),
    representative="Joana Macuácua",
)
IMPORTER = Party(
    name="Cape Leather Works (Pty) Ltd",
    address=Address(
        street=("14 Loop Street",),
        postcode="8001",
        city="Cape Town",
        country=Country("ZA", "South Africa"),
    ),
)
AUTHORITY = Party(
    name="Administração Nacional das Áreas de Conservação",
    identifier="MZ-ANAC",
    address=Address(
        street=("Rua da Resistência 1746",), city="Maputo", country=Country("MZ", "Mozambique")
    ),
    signatory="Dr Alberto Nhantumbo",
)
MAPUTO_PORT = Location("MZMPM", "Maputo")


def a_position(letter: str = "A", **changes: Any) -> CitesPosition:
    """A line of 5 crocodile skins; any attribute of CitesPosition may be changed."""
    position = CitesPosition(
        id=letter,
        scientific_name="Crocodylus niloticus",
        common_names=("Nile crocodile",),
        description="Raw skins, salted",
        term="SKI",
        marks=("MZ RES 2026 CRO 0001 to 0005",),
        appendix="II",
        sources=("R",),
        quantity=Quantity(Decimal(5), "NAR"),
        quota=Quota(Quantity(Decimal(305), "NAR"), Quantity(Decimal(1600), "NAR")),
        origin=Origin(
            Country("MZ", "Mozambique"), ReferencedDocument(number="MZ26EX000001", issued=ISSUED)
        ),
    )
    return replace(position, **changes)


def a_permit(number: str = "MZ26EX000001", **changes: Any) -> Permit:
    """An export permit, Mozambique to South Africa: lines A (5 NAR), B (12.5 KGM), C (3 NAR).

    Any attribute of Permit may be changed. Both schema versions have an element for every value.
    """
    permit = Permit(
        number=CertificateNumber.parse(number),
        type="EXPORT",
        copy=False,
        valid_from=ISSUED.replace(hour=0, minute=0),
        valid_until=VALID_UNTIL,
        importer=IMPORTER,
        exporter=EXPORTER,
        special_conditions=("Valid only with intact tags.\nNot valid for live animals.",),
        purpose="T",
        management_authority=Signatory("A", stamp="MZ 0004711", party=AUTHORITY),
        issuer=Signatory("C", party=AUTHORITY),
        issued_at=ISSUED,
        issued_where=Location(name="Maputo"),
        transport=ReferencedDocument(number="057-12345675", type_code="741"),
        positions=(
            a_position("A"),
            a_position(
                "B",
                description="Meat, frozen",
                term="MEA",
                marks=(),
                quantity=Quantity(Decimal("12.5"), "KGM"),
                quota=None,
            ),
            a_position(
                "C",
                description="Skulls, cleaned",
                term="SKU",
                marks=(),
                quantity=Quantity(Decimal(3), "NAR"),
                quota=None,
            ),
        ),
    )
    return replace(permit, **changes)


NOT_IN_V1 = a_permit(
    partially_completed=PartiallyCompleted(boxes=("9",)),
    positions=(a_position(description=None, term=None),),
)
"""v1 has no element for marks, and would show the first one as the description."""


def an_examination(amount: str | None, unit: str | None = "NAR", **changes: Any) -> Examination:
    """Box 14 as customs at Maputo fill it.

    amount: None for an examination of the whole document, which has no quantity.
    """
    examination = Examination(
        at=datetime(2026, 3, 20, 14, 5, tzinfo=MAPUTO),
        quantity=Quantity(Decimal(amount), unit) if amount is not None else None,
        port=MAPUTO_PORT,
        authority=Party(name="Autoridade Tributária de Moçambique", identifier="AT-MPM"),
    )
    return replace(examination, **changes)


def a_reexport(number: str = "ZA26RX000042", **changes: Any) -> Permit:
    """A re-export certificate from South Africa whose line A shows boxes 12, 12a and 12b."""
    line = a_position(
        "A",
        quota=None,
        origin=Origin(
            Country("ZW", "Zimbabwe"), ReferencedDocument(number="ZW25EX0907", issued=ISSUED)
        ),
        last_reexport=LastReexport(
            Country("MZ", "Mozambique"), ReferencedDocument(number="MZ25RX0012", issued=ISSUED)
        ),
        operation=RegisteredOperation(
            registration=ReferencedDocument(number="A-ZW-501", name="Nyanyana Crocodile Farm")
        ),
    )
    changed = {
        "type": "REEXPORT",
        "importer": EXPORTER,
        "exporter": IMPORTER,
        "positions": (line,),
        **changes,
    }
    return a_permit(number, **changed)


def a_shown_certificate(**changes: Any) -> ShownCertificate:
    """A client certificate that some caller has shown, of no partner unless told."""
    shown = ShownCertificate(
        "ab" * 32,
        "CN=epix.example.za,O=DFFE,C=ZA",
        "CN=National CA,C=ZA",
        "1f",
        datetime(2025, 11, 29, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 29, 2, 0, tzinfo=UTC),
    )
    return replace(shown, **changes)


def a_partner_result(
    result: Result = Result.ANSWERED,
    at: datetime = datetime(2026, 11, 29, 12, 0, tzinfo=UTC),
    **changes: Any,
) -> PartnerResult:
    """The result of an exchange with partner za."""
    return replace(PartnerResult("za", "ServiceState", at, result, 100), **changes)


def a_window(begins_at: datetime, ends_at: datetime, **changes: Any) -> PlannedWindow:
    """A planned window of partner za, entered when it began."""
    entered = PlannedWindow("w1", "za", begins_at, ends_at, "T. Sitoe", "new server", begins_at)
    return replace(entered, **changes)


def a_settlement(**changes: Any) -> Settlement:
    """A settled difference of counts on line A of the sample permit."""
    settled = Settlement(
        "016b0f47-0000-7000-8000-000000000001",
        ISSUED,
        Line("MZ/ANAC", "MZ26EX000001", "A"),
        "5 NAR",
        "4 NAR",
        "4",
        "A. Cossa",
        "T. Nkosi",
        "one skin was torn",
    )
    return replace(settled, **changes)


def a_shared_mismatch(**changes: Any) -> SharedMismatch:
    """A shared difference of counts on line A of the sample permit, with a proposal of ours."""
    by = ActingPerson(PersonRole.OFFICER, "MZ/ANAC", "one skin was torn", "A. Cossa")
    proposed = Act(
        "016b0f47-0000-7000-8000-0000000000a1",
        1,
        ActKind.PROPOSED,
        True,
        "4 NAR",
        by,
        ISSUED,
        ("5 NAR", "4 NAR"),
        ISSUED,
    )
    shared = SharedMismatch(
        "016b0f47-0000-7000-8000-000000000001",
        "za",
        Line("MZ/ANAC", "MZ26EX000001", "A"),
        Figure("5 NAR", ISSUED),
        Figure("4 NAR", ISSUED),
        (proposed,),
        Delivery(ISSUED, 1, "PartnerUnreachable"),
    )
    return replace(shared, **changes)
