"""Pairs of documents for the rules that need reference data, judged by the tables of the tests."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.party import Address, Country, Party, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, Origin, Quota, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.periods import Limits, Period
from gateway.domain.references.rows import ExportQuota, TradeSuspension
from gateway.domain.rules.references import Use
from tests.builders import IMPORTER, ISSUED, a_reexport
from tests.domain.references import chain_pairs
from tests.domain.rules.pair import ERROR, INFO, LINE, RISK, WARNING, Pair, day, form, line, of
from tests.reference_data import references

ANY = Limits(frozenset(), frozenset(), frozenset())
HUNTED = Limits(frozenset(), frozenset(), frozenset({"H"}))
INVENTED = (
    ExportQuota(900009, "MZ", Decimal(10), "", HUNTED, Period(date(2026, 2, 1), date(2027, 1, 31))),
    ExportQuota(900010, "MZ", Decimal(-1), "", HUNTED, Period(date(2026, 1, 1)), "See Notif. 1"),
    ExportQuota(900006, "MZ", Decimal(90), None, Limits(), Period(date(2026, 1, 1)), "Tusks"),
    TradeSuspension(None, "HT", of_imports=True, period=Period(date(2020, 1, 1)), limits=ANY),
)
"""Rows of no real list, for what the tables of the tests do not have."""

REFERENCES = references(*INVENTED)


@dataclass(frozen=True)
class KnownHistory:
    """A History: unknown numbers of origin, used permits, and the content of earlier ones."""

    unknown: frozenset[str] = frozenset({"ZW25EX9999"})
    used: frozenset[str] = frozenset({"MZ26EX000777"})

    def known_to_issuer(self, country: str, number: str) -> bool | None:
        return {"ZW25EX0907": True}.get(number, False if number in self.unknown else None)

    def use(self, country: str, number: str) -> Use | None:
        return Use(ISSUED, "Ana Langa") if number in self.used else None

    def under(
        self, quota: ExportQuota, issuer: Authority, day: date, number: CertificateNumber
    ) -> Quantity | None:
        return Quantity(Decimal(105)) if number.text == "MZ26EX000105" else None

    def permit(self, country: str, number: str) -> Permit | None:
        return chain_pairs.EARLIER.get((country, number))


HISTORY = KnownHistory()


def authority(country: str) -> Authority:
    return Authority(IsoCountryCode(country), "MA")


def party(country: str, like: Party = IMPORTER) -> Party:
    return replace(like, address=Address(street=("1",), city="X", country=Country(country)))


def origin(country: str) -> Origin:
    return Origin(Country(country))


def pcs(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "NAR")


def acquired(text: str) -> RegisteredOperation:
    return RegisteredOperation(acquired=day(text))


def acquired_before(text: str) -> RegisteredOperation:
    return RegisteredOperation(acquired_before=day(text), acquired_statement="Day unknown.")


def registered(number: str) -> RegisteredOperation:
    return RegisteredOperation(registration=ReferencedDocument(number))


def named(name: str, **changes: object) -> CitesPosition:
    return replace(LINE, scientific_name=name, common_names=(), **changes)


TIGER = named("Panthera tigris", appendix="I", sources=("W",), origin=origin("IN"))
LEOPARD = named("Panthera pardus", appendix="I", sources=("W",), quota=Quota(pcs(20), pcs(120)))
ELEPHANT = named("Loxodonta africana", appendix="I", sources=("W",), term="TRO")
WALRUS = named("Odobenus rosmarus", appendix="III", sources=("W",))
JACKAL = named("Canis aureus", appendix="III", sources=("W",))
DEER = named("Cervus elaphus", sources=("W",))
TURTLE = named("Chelodina mccordi", sources=("C",), term="LIV")
D_LINE = named(
    "Crocodylus niloticus", appendix="I", sources=("D",), operation=registered("A-MZ-501")
)
HUNT = of(LEOPARD, purpose="H")
PRECONV = of(replace(TIGER, sources=("O",), operation=acquired("1958-06-01")), type="PRECONV")
OF_TAJIKISTAN = of(replace(TIGER, origin=origin("RU")), issued_at=day("2016-03-01"))

PAIRS: list[Pair] = [
    line("F12", "name-is-synonym", INFO, "7", of(TIGER), scientific_name="Felis tigris"),
    line("C07", "origin-outside-range", RISK, "12", of(TIGER), origin=origin("ZA")),
    line("C07", "origin-outside-range", RISK, "12", of(TIGER), origin=None),
    line("C07", "extinct-in-origin", RISK, "12", of(TIGER), origin=origin("IR")),
    line("C08", "appendix-other", ERROR, "10", of(TIGER), appendix="II"),
    line("C08", "appendix-other", ERROR, "10", appendix="III"),
    line("C08", "appendix-other", ERROR, "10", of(TURTLE), appendix="I"),
    line("C08", "taxon-not-listed", RISK, "10", scientific_name="Cervus elaphus"),
    line("C08", "taxon-not-known", INFO, "7", scientific_name="Ceratotherium simum"),
    line("C09", "taxon-unusual", WARNING, "9", of(TIGER), term="TUS"),
    line("C14", "acquired-after-listing", ERROR, "12b", PRECONV, operation=acquired("1990-06-01")),
    line("C14", "acquisition-open", RISK, "12b", PRECONV,
         operation=acquired_before("1975-07-02")),
    form("C15", "origin-is-no-listing-party", ERROR, "1", of(WALRUS, type="ORIGIN"),
         of_line="A", type="EXPORT"),
    form("C15", "origin-is-listing-party", ERROR, "1", of(WALRUS), of_line="A", type="ORIGIN",
         authority=authority("CA")),
    form("C20", "data-are-old", INFO, "7", of(TIGER), of_line="A", issued_at=day("2027-05-01")),
    line("K03", "quota-exceeded", RISK, "11", of(replace(LEOPARD, quota=None), purpose="H"),
         quantity=pcs(121)),
    line("K03", "quota-exceeded", RISK, "11a", HUNT, quota=Quota(pcs(121), pcs(120))),
    line("K03", "year-exceeded", RISK, "11", of(replace(LEOPARD, quota=None),
         purpose="H", number="MZ26EX000105"), quantity=pcs(16)),
    form("K04", "other-year", INFO, "11a", of(JACKAL), of_line="A", purpose="H"),
    line("K05", "quota-not-shown", INFO, "11a", HUNT, quota=None),
    line("K05", "quota-differs", INFO, "11a", HUNT, quota=Quota(pcs(20), pcs(100))),
    form("K06", "no-direct-export", INFO, "11a", HUNT, of_line="A", type="REEXPORT"),
    line("K06", "seized-counts-not", INFO, "11a", HUNT, sources=("I", "W")),
    form("K07", "see-notes", WARNING, "11a", of(DEER), of_line="A", purpose="H"),
    line("K08", "zero-quota", RISK, "11", of(TURTLE), sources=("W",)),
    form("K09", "quota-in-words", WARNING, "11a", of(WALRUS, type="ORIGIN"), of_line="A",
         type="EXPORT"),
    form("S01", "exports-suspended", ERROR, "4", of(purpose="S"), of_line="A", purpose="T",
         authority=authority("SO")),
    form("S01", "exports-perhaps-suspended", RISK, "4", of_line="A", issued_at=day("2030-05-01")),
    form("S01", "imports-suspended", ERROR, "3", of_line="A", importer=party("HT")),
    form("S01", "imports-perhaps-suspended", RISK, "3", of(ELEPHANT), of_line="A",
         importer=party("CN")),
    form("S02", "limits-in-words", WARNING, "3", of(ELEPHANT), of_line="A", importer=party("CN")),
    form("S03", "importer-has-reservation", INFO, "3",
         of(named("Balaenoptera physalus", appendix="I")), of_line="A", importer=party("IS")),
    form("S04", "eu-opinion", RISK, "12", of(ELEPHANT), of_line="A", importer=party("PT")),
    line("S04", "eu-suspension", RISK, "12",
         of(replace(ELEPHANT, origin=origin("ZW")), importer=party("FR")), origin=origin("CM")),
    line("S05", "origin-permit-unknown", RISK, "12", a_reexport(),
         authority=authority("ZA"),
         origin=Origin(Country("ZW"), ReferencedDocument("ZW25EX9999", issued=ISSUED))),
    form("S06", "used-before", ERROR, "1", number=replace(of().number, text="MZ26EX000777")),
    form("S07", "issuer-is-non-party", RISK, "6",
         replace(OF_TAJIKISTAN, issued_at=day("2016-03-31")), issued_at=day("2016-03-01"),
         authority=authority("TJ")),
    line("S07", "bred-in-non-party", RISK, "10", OF_TAJIKISTAN, sources=("C",),
         authority=authority("TJ")),
    line("S08", "operation-not-registered", RISK, "12b", of(D_LINE),
         operation=registered("A-MZ-777")),
    line("S08", "operation-of-other-taxon", RISK, "12b", of(D_LINE),
         scientific_name="Panthera pardus"),
    *chain_pairs.PAIRS,
]  # fmt: skip
