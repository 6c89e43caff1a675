"""Pairs of documents for the rules of group V, and for the variants of C17 and C18."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import Carnet, ImportPermit, Replacement, Retrospective
from tests.builders import ISSUED, an_examination
from tests.domain.rules.pair import ERROR, INFO, LINE, RISK, WARNING, Pair, day, form, line, of

TOMORROW = ISSUED + timedelta(days=1)
TROPHY = replace(LINE, term="TRO", appendix="I", sources=("W",))
LIVE = replace(TROPHY, term="LIV")
IATA = ("Transport according to the IATA Live Animals Regulations.",)
BEHIND = ImportPermit("ZA26IM000301", ISSUED - timedelta(days=9), "ZA")
TIMBER = replace(
    LINE,
    scientific_name="Pterocarpus erinaceus",
    term="LOG",
    description="Logs",
    sources=("W",),
    quantity=Quantity(Decimal(2), "MTQ"),
)
LOADED = replace(TIMBER, examination=an_examination("2", "MTQ"))
EXTENDED = ("The validity of this permit is extended to 2027-02-01.",)
REDIRECTED = ("Redirected to Cape Leather Works, Cape Town.",)
SAMPLES = replace(LINE, sources=("C",))
LOST = Replacement("MZ26EX000098", ISSUED - timedelta(days=30), "Lost by the courier")
AFTERWARDS = Retrospective("ZA DFFE 118/2026", ISSUED - timedelta(days=2), "Strike at the port")
WITHOUT_CONDITIONS = of(special_conditions=())


def samples(carnet: Carnet | None = Carnet("MZ/2026/1", day("2026-10-01"))) -> Permit:  # noqa: B008
    return of(SAMPLES, type="SAMPLECOLL", carnet=carnet)


def replacing(**changes: object) -> Replacement:
    return replace(LOST, **changes)


def agreed(**changes: object) -> Retrospective:
    return replace(AFTERWARDS, **changes)


PAIRS: list[Pair] = [
    form("V01", "period-too-long", ERROR, "2", valid_until=day("2026-09-03")),
    form("V01", "period-too-long", ERROR, "2", of(TIMBER, special_conditions=EXTENDED),
         valid_until=day("2027-03-03")),
    form("V02", "period-too-long", ERROR, "2", of(replace(LINE, appendix="III"), type="ORIGIN"),
         valid_until=day("2027-03-03")),
    form("V03", "period-too-long", ERROR, "2", of(type="MUSICAL", purpose="P"),
         valid_until=day("2029-03-03")),
    form("V04", "period-too-long", ERROR, "2", samples(Carnet("MZ/2026/1")),
         valid_until=day("2026-09-03")),
    form("V04", "longer-than-carnet", ERROR, "2", samples(),
         carnet=Carnet("MZ/2026/1", day("2026-08-01"))),
    form("V04", "carnet-missing", ERROR, "5", samples(), carnet=None),
    form("V04", "carnet-missing", ERROR, "5", samples(), carnet=Carnet(None, day("2026-10-01"))),
    line("V05", "endorsed-late", ERROR, "14", of(replace(LINE, examination=an_examination("5"))),
         examination=an_examination("5", at=day("2026-09-02"))),
    form("V05", "endorsed-late", ERROR, "14", of(
        replace(LINE, examination=an_examination("5")), examination=an_examination(None)),
        examination=an_examination(None, at=day("2026-12-01"))),
    line("V05", "endorsed-early", ERROR, "14", of(replace(LINE, examination=an_examination("5"))),
         examination=an_examination("5", at=day("2026-03-01"))),
    form("V06", "import-permit-missing", RISK, "5", of(TROPHY, purpose="H", import_permit=BEHIND),
         of_line="A", import_permit=None),
    form("V06", "import-permit-missing", RISK, "5", of(
        LIVE, type="REEXPORT", purpose="N", special_conditions=IATA, import_permit=BEHIND),
        of_line="A", import_permit=ImportPermit(None, None, "ZA")),
    form("V06", "import-permit-of-another-country", RISK, "5",
         of(TROPHY, purpose="H", import_permit=BEHIND),
         import_permit=replace(BEHIND, country="ZW")),
    form("V06", "import-permit-younger", RISK, "5",
         of(TROPHY, purpose="H", import_permit=BEHIND),
         import_permit=replace(BEHIND, issued=TOMORROW)),
    form("V07", "extended", ERROR, "5", special_conditions=EXTENDED),
    form("V07", "extended", ERROR, "5", special_conditions=("Certificat prolongé de trois mois",)),
    form("V07", "extended", ERROR, "5", special_conditions=("Validez prorrogada hasta octubre",)),
    form("V07", "extended", ERROR, "5", of(TIMBER, special_conditions=EXTENDED),
         positions=(replace(TIMBER, appendix="I"),)),
    form("V08", "bill-of-lading-missing", INFO, "15", of(LOADED, special_conditions=REDIRECTED),
         transport=None),
    line("V08", "quantity-differs", INFO, "14", of(LOADED, special_conditions=REDIRECTED),
         examination=an_examination("1", "MTQ")),
    form("C17", "not-declared", WARNING, "5", special_conditions=("Issued retrospectively.",)),
    form("C17", "not-declared", WARNING, "5", special_conditions=("Rétroactif",)),
    form("C17", "reason-missing", ERROR, "5", of(retrospective=AFTERWARDS),
         retrospective=agreed(reason=None)),
    form("C17", "agreement-missing", ERROR, "5", of(retrospective=AFTERWARDS),
         retrospective=agreed(agreement=None)),
    form("C17", "agreement-missing", ERROR, "5", of(retrospective=AFTERWARDS),
         retrospective=agreed(agreed_at=None)),
    form("C17", "agreed-after-issue", ERROR, "5", of(retrospective=AFTERWARDS),
         retrospective=agreed(agreed_at=TOMORROW)),
    line("C17", "appendix-i", ERROR, "10", of(
        replace(LINE, sources=("C",)), retrospective=AFTERWARDS), appendix="I"),
    line("C17", "endorsed", ERROR, "14", of(retrospective=AFTERWARDS),
         examination=an_examination("5")),
    form("C18", "not-declared", ERROR, "5", WITHOUT_CONDITIONS,
         special_conditions=("REPLACEMENT",)),
    form("C18", "not-declared", ERROR, "5", WITHOUT_CONDITIONS,
         special_conditions=("Documento de sustitución",)),
    form("C18", "not-declared", ERROR, "5", WITHOUT_CONDITIONS,
         special_conditions=("Replacement of a lost permit",)),
    form("C18", "number-missing", ERROR, "5", of(replacement=LOST),
         replacement=replacing(number=None)),
    form("C18", "date-missing", ERROR, "5", of(replacement=LOST),
         replacement=replacing(issued=None)),
    form("C18", "reason-missing", ERROR, "5", of(replacement=LOST),
         replacement=replacing(reason=None)),
    form("C18", "replaces-itself", ERROR, "5", of(replacement=LOST),
         replacement=replacing(number="MZ26EX000001")),
    form("C18", "replaced-is-younger", ERROR, "5", of(replacement=LOST),
         replacement=replacing(issued=TOMORROW)),
]  # fmt: skip
