"""Code lists: complete, in four languages, and as the Convention has them."""

import csv
from importlib import resources

import pytest

from gateway.domain import codes
from gateway.domain.codes import CodeListName, Language, code_list, code_name

LISTS: tuple[CodeListName, ...] = (
    "purposes",
    "sources",
    "appendices",
    "units",
    "terms",
    "countries",
)
FILES = (*LISTS, "document_types")
LANGUAGES: tuple[Language, ...] = ("english", "french", "spanish", "portuguese")


def rows(name: str) -> list[dict[str, str]]:
    text = (
        resources.files("gateway.domain")
        .joinpath("codelists", f"{name}.csv")
        .read_text(encoding="utf-8")
    )
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("name", FILES)
def test_every_code_stands_once_and_has_a_name_in_all_languages(name: str) -> None:
    listed = [row["code"] for row in rows(name)]
    assert len(listed) == len(set(listed))
    for row in rows(name):
        for language in LANGUAGES:
            assert row[language] and row[language] == row[language].strip(), (row["code"], language)


@pytest.mark.parametrize("name", FILES)
def test_no_name_is_a_symbol_or_lost_its_accent(name: str) -> None:
    for row in rows(name):
        for language in LANGUAGES:
            words = row[language].split()
            assert row[language] not in {"kg", "m3", "m2", "cm", "ml", "g", "l", "t", "m"}, row[
                "code"
            ]
            assert not {"Elevage", "Ile", "Iles", "Etats", "Equateur", "Ethiopie"}.intersection(
                words
            ), row["code"]


def test_there_are_twelve_purposes_eleven_sources_and_three_appendices() -> None:
    assert "".join(code_list("purposes")) == "BEGHLMNPQSTZ"
    assert "".join(code_list("sources")) == "ACDFIORUWXY"
    assert list(code_list("appendices")) == ["I", "II", "III"]


@pytest.mark.parametrize(
    ("unit", "english", "french", "spanish", "portuguese"),
    [
        ("MTQ", "cubic metres", "mètres cubes", "metros cúbicos", "metros cúbicos"),
        ("KGM", "kilograms", "kilogrammes", "kilogramos", "quilogramas"),
        (
            *("SQC", "square centimetres", "centimètres carrés", "centímetros cuadrados"),
            "centímetros quadrados",
        ),
        (
            *("SQD", "square decimetres", "décimètres carrés", "decímetros cuadrados"),
            "decímetros quadrados",
        ),
    ],
)
def test_units_are_spelled_out(
    unit: str, english: str, french: str, spanish: str, portuguese: str
) -> None:
    assert [code_name("units", unit, language) for language in LANGUAGES] == [
        english,
        french,
        spanish,
        portuguese,
    ]


@pytest.mark.parametrize(
    ("older", "current"), [("KIL", "KGM"), ("CUM", "MTQ"), ("SQM", "MTK"), ("CCM", "CMQ")]
)
def test_older_unit_codes_mean_the_current_ones(older: str, current: str) -> None:
    assert codes.current_unit(older) == codes.current_unit(current) == current


def test_no_unit_at_all_means_number_of_specimens() -> None:
    assert codes.current_unit(None) == codes.current_unit("") == "NAR"


def test_an_unknown_unit_stays_as_it_is() -> None:
    assert codes.current_unit("XYZ") == "XYZ"


@pytest.mark.parametrize("unit", ["NAR", "PCS", "SKI", "SID", "BSK", "FLA", "PAI", None])
def test_specimens_are_counted_in_whole_numbers(unit: str | None) -> None:
    assert codes.counts_specimens(unit)


@pytest.mark.parametrize("unit", ["KGM", "KIL", "MTQ", "MTK", "LTR", "MTR", "GRM"])
def test_mass_volume_area_and_length_may_have_decimals(unit: str) -> None:
    assert not codes.counts_specimens(unit)


def test_flasks_are_cultures_and_no_package() -> None:
    assert not codes.is_package("FLA")
    assert codes.is_package("BOX") and codes.is_package("BAG") and codes.is_package("CAS")


def test_pounds_and_feet_are_not_metric() -> None:
    assert codes.is_imperial("PND") and codes.is_imperial("FEE")
    assert not codes.is_imperial("KGM") and not codes.is_imperial(None)


def test_pairs_of_terms_name_only_codes_of_the_lists() -> None:
    known = {*code_list("units"), ""}
    assert {row["term"] for row in rows("term_units")} | {
        row["term"] for row in rows("term_purposes")
    } <= set(code_list("terms"))
    assert {row["unit"] for row in rows("term_units")} <= known
    assert {row["purpose"] for row in rows("term_purposes")} <= {*code_list("purposes"), ""}


def test_a_term_knows_its_units_purposes_and_kingdom() -> None:
    assert "MTQ" in codes.units_of_term("LOG") and "B" not in codes.purposes_of_term("LOG")
    assert codes.kingdom_of_term("LOG") == "Plantae"
    assert codes.kingdom_of_term("SKI") == "Animalia"
    assert codes.kingdom_of_term("LIV") is None and codes.kingdom_of_term(None) is None


def test_sources_know_kingdom_appendix_and_second_code() -> None:
    sources = codes.sources()
    assert (
        sources["A"].kingdom == "Plantae"
        and sources["C"].kingdom == "Animalia"
        and sources["W"].kingdom is None
    )
    assert sources["D"].appendices == {"I"} and sources["X"].appendices == {"I", "II"}
    assert [code for code in sources if sources[code].needs_second] == ["I"]
    assert [code for code in sources if sources[code].allows_second] == ["I", "O"]


@pytest.mark.parametrize(
    ("code", "letter", "months", "multi_use"),
    [
        ("EXPORT", "E", 6, False),
        ("REEXPORT", "R", 6, False),
        ("IMPORT", "I", 12, False),
        ("IFS", "O", 12, False),
        ("ORIGIN", "O", 12, False),
        ("OWNERSHIP", "O", 36, True),
        ("EXHIBITION", "O", 36, True),
        ("MUSICAL", "O", 36, True),
        ("SAMPLECOLL", "O", 6, True),
        ("PRECONV", "O", None, False),
    ],
)
def test_a_document_type_has_its_letter_its_months_and_its_use(
    code: str, letter: str, months: int | None, multi_use: bool
) -> None:
    kind = codes.document_type(code)
    assert (kind.letter, kind.months, kind.multi_use) == (letter, months, multi_use)


def test_box_1_of_letter_o_is_identified_by_its_name_in_any_language() -> None:
    for name in (
        "Musical instrument certificate",
        "certificat pour  instrument de MUSIQUE",
        "MUSICAL",
    ):
        assert codes.document_type_of("O", name) == "MUSICAL"
    assert (
        codes.document_type_of("O", "Something else")
        == codes.document_type_of("O", None)
        == "OTHER"
    )
    assert codes.document_type_of("E", "whatever") == "EXPORT"
    assert codes.document_type_of("X", None) is None
