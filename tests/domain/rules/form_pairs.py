"""Pairs of documents for the rules of group F: completeness of form and lines."""

from dataclasses import replace
from datetime import timedelta

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.party import Address, Country, Party, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.variants import Annex, PartiallyCompleted
from tests.builders import AUTHORITY, EXPORTER, IMPORTER, ISSUED, VALID_UNTIL
from tests.domain.rules.pair import ERROR, INFO, LINE, WARNING, Pair, form, line, of

US = Authority(IsoCountryCode("US"), "FWS")
LIVE = replace(LINE, term="LIV", description="Live animals")
IATA = ("Transport according to the IATA Live Animals Regulations.",)
STAMPED = ("Valid only with the security stamp.",)
UNDESCRIBED = replace(LINE, term=None, description=None)


def located(party: Party, **address: object) -> Party:
    return replace(party, address=Address(**address))


def left(*boxes: str) -> PartiallyCompleted:
    return PartiallyCompleted(boxes, 10)


def american(number: str = "26US123456/9") -> Permit:
    party = located(AUTHORITY, city="Falls Church", country=Country("US"))
    exporter = located(EXPORTER, city="Miami", country=Country("US"))
    signed = Signatory("A", stamp="US 1", party=party)
    return of(number=number, exporter=exporter, management_authority=signed)


PAIRS: list[Pair] = [
    form("F01", "not-of-the-party", ERROR, "1", american(), authority=US,
         number=replace(american().number, text="2026/EXP/77")),
    form("F02", "number-too-long", WARNING, "1", number=replace(of().number, text="X" * 36)),
    form("F03", "type-unknown", ERROR, "1", type="LICENCE"),
    form("F03", "type-not-named", ERROR, "1", of(type="OTHER", type_name="Label"), type_name=None),
    form("F04", "issue-date-missing", ERROR, "13", issued_at=None),
    form("F04", "valid-until-missing", ERROR, "2", valid_until=None),
    form("F04", "valid-until-before-issue", ERROR, "2", of(valid_from=None),
         valid_until=ISSUED - timedelta(days=1)),
    form("F04", "starts-after-end", ERROR, "2", valid_from=VALID_UNTIL + timedelta(days=1)),
    form("F05", "starts-before-issue", INFO, "2", valid_from=ISSUED - timedelta(days=1)),
    form("F06", "importer-not-blank", WARNING, "3",
         of(type="OWNERSHIP", purpose="P", importer=None), importer=IMPORTER),
    form("F06", "importer-blank", ERROR, "3", importer=None),
    form("F06", "importer-blank", ERROR, "3", of(partially_completed=left("9", "11")),
         importer=None),
    form("F06", "importer-name-missing", ERROR, "3", importer=replace(IMPORTER, name=None)),
    form("F06", "importer-address-missing", ERROR, "3",
         importer=located(IMPORTER, country=Country("ZA"))),
    form("F06", "importer-country-missing", ERROR, "3", importer=located(IMPORTER, city="Paarl")),
    form("F06", "importer-country-unknown", WARNING, "3",
         importer=located(IMPORTER, city="X", country=Country("QQ"))),
    form("F06", "exporter-blank", ERROR, "4", exporter=None),
    form("F06", "exporter-name-missing", ERROR, "4", exporter=replace(EXPORTER, name=None)),
    form("F06", "exporter-address-missing", ERROR, "4",
         exporter=located(EXPORTER, country=Country("MZ"))),
    form("F06", "exporter-country-missing", ERROR, "4", exporter=located(EXPORTER, city="Tete")),
    form("F06", "exporter-country-unknown", WARNING, "4", of(
        replace(LINE, appendix="III"), type="ORIGIN"),
         exporter=located(EXPORTER, city="X", country=Country("QQ"))),
    form("F07", "purpose-missing", ERROR, "5a", purpose=None),
    form("F07", "purpose-missing", ERROR, "5a", of(partially_completed=left("3")), purpose=None),
    form("F07", "purpose-unknown", ERROR, "5a", purpose="X"),
    form("F08", "transport-condition-missing", WARNING, "5", of(LIVE, special_conditions=IATA),
         special_conditions=("Own transport of the owner.",)),
    form("F09", "stamp-number-missing", ERROR, "5b", of(special_conditions=STAMPED),
         management_authority=Signatory("A", party=AUTHORITY)),
    form("F10", "no-line", ERROR, "7", positions=()),
    line("F10", "letter-unusable", ERROR, "7", id="A 1"),
    line("F10", "letter-repeated", ERROR, "7", of(LINE, replace(LINE, id="B")), id="A"),
    line("F10", "description-missing", ERROR, "9", term=None, description=None),
    form("F10", "description-missing", ERROR, "9", of(UNDESCRIBED, partially_completed=left("9")),
         of_line="A", partially_completed=left("3")),
    line("F10", "term-unknown", WARNING, "9", term="QQQ"),
    line("F10", "source-missing", ERROR, "10", sources=()),
    line("F10", "source-unknown", ERROR, "10", sources=("Z",)),
    line("F10", "several-sources", ERROR, "10", sources=("W", "R")),
    line("F10", "several-taxa", ERROR, "7", scientific_name="Crocodylus niloticus/porosus"),
    line("F10", "several-taxa", ERROR, "7", scientific_name="Crocodylus niloticus and C. porosus"),
    line("F10", "several-taxa", ERROR, "7",
         scientific_name="Crocodylus niloticus / Crocodylus porosus"),
    line("F10", "several-taxa", ERROR, "7",
         scientific_name="Acropora cervicornis, Euphyllia spp."),
    line("F11", "appendix-missing", ERROR, "10", appendix=None),
    line("F11", "appendix-unknown", ERROR, "10", appendix="I/II"),
    line("F11", "appendix-unknown", ERROR, "10", appendix="N"),
    line("F12", "name-missing", ERROR, "7", scientific_name=None),
    line("F12", "higher-taxon", WARNING, "7", scientific_name="Crocodylus spp."),
    line("F12", "higher-taxon", WARNING, "7", scientific_name="Scleractinia"),
    form("F13", "pages-missing", ERROR, "5", of(annex=Annex(3)), annex=Annex()),
    form("F13", "annex-not-declared", WARNING, "5", special_conditions=("See annex for marks.",)),
    line("F13", "annex-not-declared", WARNING, "9", description="Raw skins, voir l'annexe"),
    form("F14", "not-in-a-working-language", WARNING, "5", special_conditions=("仅供研究",)),
    line("F14", "not-in-a-working-language", WARNING, "9", description="Шкуры сырые"),
    form("F15", "authority-missing", ERROR, "6", management_authority=Signatory(
        "A", stamp="MZ 0004711", party=replace(AUTHORITY, name=None))),
    form("F15", "authority-elsewhere", ERROR, "6", management_authority=Signatory(
        "A", stamp="MZ 0004711", party=replace(AUTHORITY, address=IMPORTER.address))),
    form("F15", "signatory-missing", ERROR, "13", issuer=None),
    form("F15", "signatory-missing", ERROR, "13", issuer=Signatory("C", party=Party())),
]  # fmt: skip
