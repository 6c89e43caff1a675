"""Pairs of documents for the rules of groups C and T: one box against another."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gateway.domain.permit.party import Address, Country, Party, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, LastReexport, Origin, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import ImportPermit
from tests.builders import EXPORTER, IMPORTER, ISSUED
from tests.domain.rules.pair import ERROR, LINE, RISK, WARNING, Pair, day, form, line, of

TOMORROW = ISSUED + timedelta(days=1)
RANCHED = ReferencedDocument("ZW25EX0907", issued=ISSUED)
YOUNGER = ReferencedDocument("ZW26EX0001", issued=TOMORROW)
LOGS = replace(LINE, term="LOG", sources=("W",), quantity=Quantity(Decimal(2), "MTQ"))
LIVE = replace(LINE, term="LIV", sources=("C",))
IATA = ("Transport according to the IATA Live Animals Regulations.",)
REGISTERED = RegisteredOperation(registration=ReferencedDocument("A-MZ-501"))
OLD = RegisteredOperation(acquired=day("1958-06-01"))
BEFORE = RegisteredOperation(
    acquired_before=day("1975-07-01"), acquired_statement="Exact day unknown."
)
D_LINE = replace(LIVE, appendix="I", sources=("D",), operation=REGISTERED)
PLANT_D = replace(LOGS, appendix="I", sources=("D",))
BEHIND = ImportPermit("ZA26IM000301", ISSUED, "ZA")


def kind(code: str, source: str, purpose: str = "P", **changes: object) -> Permit:
    operation = OLD if source == "O" else None
    plain: CitesPosition = replace(LINE, sources=(source,), operation=operation, term="SPE")
    quantity = {"quantity": Quantity(Decimal(5), "NAR")}
    return of(replace(plain, **quantity, **changes), type=code, purpose=purpose)


def located(party: Party, country: str) -> Party:
    return replace(party, address=Address(city="X", country=Country(country)))


def reexport(line: CitesPosition = LINE) -> Permit:
    return of(
        replace(line, origin=Origin(Country("ZW"), RANCHED)),
        type="REEXPORT",
        special_conditions=(),
    )


PAIRS: list[Pair] = [
    line("C01", "source-of-other-kingdom", ERROR, "10", sources=("A",)),
    line("C01", "source-of-other-kingdom", ERROR, "10", of(LOGS), sources=("C",)),
    line("C02", "source-of-other-kingdom", ERROR, "10", sources=("Y",)),
    line("C02", "source-of-other-kingdom", ERROR, "10", of(LOGS), sources=("F",)),
    line("C03", "appendix-of-d", ERROR, "10", of(D_LINE, special_conditions=IATA), appendix="II"),
    line("C03", "registration-missing", WARNING, "12b", of(D_LINE, special_conditions=IATA),
         operation=None),
    line("C03", "registration-missing", ERROR, "12b", of(replace(D_LINE, term="SKI")),
         operation=None),
    line("C04", "second-source-missing", WARNING, "10", of(replace(LINE, sources=("I", "R"))),
         sources=("I",)),
    form("C04", "unknown-not-justified", WARNING, "10", of(replace(LINE, sources=("U",))),
         of_line="A", special_conditions=()),
    form("C05", "commercial-appendix-i", RISK, "5a", of(
        replace(LINE, appendix="I", sources=("W",)), purpose="H", import_permit=BEHIND),
        of_line="A", purpose="T"),
    form("C06", "import-commercial", ERROR, "5a", of(
        replace(LINE, appendix="I", sources=("W",)), type="IMPORT", purpose="S",
        importer=EXPORTER, exporter=IMPORTER), of_line="A", purpose="T"),
    line("C09", "unit-unusual", WARNING, "11", quantity=Quantity(Decimal(2), "LTR")),
    form("C09", "purpose-unusual", WARNING, "5a", of_line="A", purpose="N"),
    form("C10", "same-country", WARNING, "3", importer=EXPORTER),
    form("C10", "exporter-elsewhere", WARNING, "4", exporter=located(EXPORTER, "ZW")),
    form("C10", "importer-elsewhere", WARNING, "3", of(
        type="IMPORT", importer=EXPORTER, exporter=IMPORTER), importer=located(IMPORTER, "ZW")),
    line("C11", "origin-not-justified", ERROR, "12", reexport(), origin=None),
    line("C11", "origin-justified-in-box-5", WARNING, "12", replace(
        reexport(), special_conditions=("Origin unknown, confiscated.",)), origin=None),
    line("C11", "last-reexport-incomplete", ERROR, "12a", reexport(),
         last_reexport=LastReexport(Country("CH"))),
    line("C11", "document-younger", ERROR, "12", reexport(), origin=Origin(Country("ZW"), YOUNGER)),
    line("C11", "document-younger", ERROR, "12a", reexport(),
         last_reexport=LastReexport(Country("CH"), YOUNGER)),
    line("C13", "origin-of-export", WARNING, "12", origin=Origin(Country("ZW"))),
    line("C13", "origin-permit-of-export", WARNING, "12", origin=Origin(None, RANCHED)),
    line("C13", "last-reexport-of-export", WARNING, "12a",
         last_reexport=LastReexport(Country("CH"), RANCHED)),
    line("C14", "acquisition-missing", ERROR, "12b", kind("PRECONV", "O"), operation=None),
    line("C14", "acquisition-missing", ERROR, "12b",
         of(replace(LINE, sources=("O",), operation=OLD)), operation=None),
    line("C14", "acquired-after-issue", ERROR, "12b", kind("PRECONV", "O"),
         operation=RegisteredOperation(acquired=TOMORROW)),
    line("C14", "statement-missing", WARNING, "12b", kind("PRECONV", "O"),
         operation=replace(BEFORE, acquired_statement=None)),
    line("C15", "certificate-of-origin", ERROR, "10", kind("ORIGIN", "W", appendix="III"),
         appendix="II"),
    line("C16", "source-of-the-sea", ERROR, "10", kind("IFS", "X"), sources=("W",)),
    line("C16", "appendix-of-the-sea", ERROR, "10", kind("IFS", "X"), appendix="III"),
    *(
        line("T01", "source-of-kind", ERROR, "10", kind(code, right, purpose), sources=(wrong,))
        for code, right, wrong, purpose in (
            ("BREDCAPT", "C", "W", "T"),
            ("BREDCAPT", "C", "F", "T"),
            ("ARTPROP", "A", "W", "T"),
            ("PHYTO", "A", "W", "T"),
            ("EXHIBITION", "C", "W", "Q"),
        )
    ),
    line("T01", "source-of-kind", ERROR, "10", kind("PRECONV", "O"), sources=("W",)),
    form("T02", "purpose-of-kind", ERROR, "5a", kind("EXHIBITION", "C", "Q"), purpose="P"),
    form("T02", "never-commercial", ERROR, "5a", kind("MUSICAL", "W"), purpose="T"),
    form("T02", "never-commercial", ERROR, "5a", of(
        replace(LINE, sources=("W",)), type="OWNERSHIP", purpose="P", importer=None), purpose="T"),
    line("T03", "appendix-of-kind", ERROR, "10", kind("PHYTO", "A", "T"), appendix="III"),
    line("T03", "reexport", ERROR, "12", kind("PHYTO", "A", "T"), origin=Origin(Country("ZW"))),
    line("T03", "reexport", ERROR, "12a", kind("PHYTO", "A", "T"),
         last_reexport=LastReexport(Country("ZW"), RANCHED)),
]  # fmt: skip
