"""The standard form on a terminal and as JSON: order, blanks, ticked box, languages, footnotes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from itertools import groupby
from pathlib import Path

import pytest
from rich.console import Console

from gateway import bootstrap
from gateway.cli.views.permit import as_json, view
from gateway.domain.codes import Language
from gateway.domain.form.boxes import Form
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.party import Address, Country, Party
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.rules.foreign import ForeignFindings
from gateway.domain.summary import summarise
from gateway.domain.verdict import SealStatus, Verdict
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit
from gateway.exchange.ports import Attachment, PartnerReply
from tests.builders import a_permit, a_reexport, an_examination
from tests.cli.conftest import Call

LANGUAGES: tuple[Language, ...] = ("english", "french", "spanish")
HEAD = ["1", "2", "3", "3a", "4", "5", "5a", "5b", "6"]
LINE = ["7", "8", "9", "10", "11", "11a", "12", "12a", "12b"]
FOOT = ["13", "14", "15"]
BLANK = Permit(CertificateNumber.parse("X1"), "EXPORT", positions=(CitesPosition("A"),))


def shown(permit: Permit, language: Language = "english", columns: int = 100) -> str:
    console = Console(file=StringIO(), width=columns)
    console.print(view(permit, language))
    return console.file.getvalue()  # type: ignore[attr-defined]


def boxes(text: str) -> list[str]:
    """The numbers at the left edge, each once where it repeats."""
    numbers = (line[1:5].strip() for line in text.splitlines() if line.startswith("│"))
    return [number for number, _ in groupby(filter(None, numbers))]


def filled(permit: Permit) -> Permit:
    lines = [replace(line, examination=an_examination("2")) for line in permit.positions]
    return replace(permit, positions=tuple(lines), examination=an_examination(None), copy=True)


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_come_in_the_order_of_the_form(language: Language, columns: int) -> None:
    text = shown(a_permit(), language, columns)
    assert boxes(text) == [*HEAD, *LINE * 3, *FOOT]
    assert boxes(shown(BLANK, language, columns)) == [*HEAD, *LINE, *FOOT]


def test_a_blank_box_is_shown_and_dimmed() -> None:
    form = Form(BLANK)
    rows = [*form.head(), *form.line(BLANK.positions[0]), *form.foot(BLANK.positions)]
    blank = [row for row in rows if not row.lines]
    assert [row.label for row in rows if row.lines] == [
        "Permit/Certificate No.",
        "Type of document",
    ]
    assert shown(BLANK).count("(blank)") == len(blank)
    console = Console(file=StringIO(), width=100)
    styles = [each.style for each in console.render(view(BLANK)) if "(blank)" in each.text]
    assert len(styles) == len(blank)
    assert all(style is not None and style.dim for style in styles)


def test_blank_boxes_are_empty_for_programs() -> None:
    found = as_json(BLANK)
    document = found["boxes"]
    (line,) = found["lines"]  # type: ignore[misc, attr-defined]
    numbers = [box["box"] for box in document]  # type: ignore[attr-defined]
    assert [number for number, _ in groupby(numbers)] == [*HEAD, *FOOT]
    numbers = [box["box"] for box in line["boxes"]]
    assert [number for number, _ in groupby(numbers)] == [*LINE, "14"]
    assert {box["value"] for box in line["boxes"]} == {""}
    assert all(set(box) == {"box", "label", "value"} for box in line["boxes"])


@pytest.mark.parametrize(
    ("kind", "ticked"),
    [
        ("EXPORT", "☒ EXPORTATION"),
        ("REEXPORT", "☒ RÉEXPORTATION"),
        ("IMPORT", "☒ IMPORTATION"),
        ("OWNERSHIP", "☒ AUTRE"),
    ],
)
def test_the_box_of_the_kind_is_ticked_and_no_other(kind: str, ticked: str) -> None:
    text = shown(a_permit(type=kind), "french")
    assert ticked in text
    assert (text.count("☒"), text.count("☐")) == (1, 3)


def test_another_kind_is_named_beside_the_boxes_to_tick() -> None:
    def named(permit: Permit) -> list[tuple[str, ...]]:
        rows = Form(permit, "french").head()
        return [row.lines for row in rows if (row.box, row.label) == ("1", "AUTRE")]

    assert named(a_permit(type="OWNERSHIP")) == [("Certificat de propriété",)]
    assert named(a_permit(type="OTHER", type_name="Falcon passport\n☒ EXPORT")) == [
        ("Falcon passport ☒ EXPORT",)
    ]
    assert not named(a_permit())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "french",
            (
                "Certificat de réexportation",
                "Afrique du Sud (ZA)",
                "T (Transaction commerciale)",
                "SKI (peaux)",
                "R (Animaux élevés en ranch)",
                "5 NAR (nombre de spécimens)",
                "Boîte postale",
                "(vierge)",
                "(Copie)",
                "Ligne A",
            ),
        ),
        (
            "spanish",
            (
                "Certificado de reexportación",
                "Sudáfrica (ZA)",
                "T (Comercial)",
                "SKI (pieles)",
                "R (Animales criados en granjas)",
                "5 NAR (número de especímenes)",
                "Apartado postal",
                "(en blanco)",
                "(Copia)",
                "Línea A",
            ),
        ),
    ],
)
def test_codes_and_countries_have_their_names_in_the_language(
    language: Language, said: tuple[str, ...]
) -> None:
    text = shown(filled(a_reexport()), language)
    assert not [words for words in said if words not in text]
    assert "Country" not in text


@pytest.mark.slow
def test_a_name_that_does_not_fit_the_code_of_a_country_stays_visible() -> None:
    def importer(name: str) -> Permit:
        return a_permit(importer=Party(address=Address(country=Country("ZA", name))))

    assert "Afrique du Sud (ZA, Namibia)" in shown(importer("Namibia"), "french")
    for usual in ("South Africa", "SUDÁFRICA", "ZA"):
        assert "Afrique du Sud (ZA) " in shown(importer(usual), "french")


def test_box_14_has_the_quantity_of_each_line() -> None:
    permit = filled(a_permit())
    form = Form(permit)
    rows = [row for row in form.foot(permit.positions) if row.box == "14"]
    assert [row.label for row in rows[:3]] == [f"Export endorsement, Block {id}" for id in "ABC"]
    assert all(row.value.startswith("2 NAR (number of specimens), 2026-03-20") for row in rows[:3])
    lines: list[dict[str, list[dict[str, str]]]] = as_json(permit)["lines"]  # type: ignore[assignment]
    assert [line["boxes"][-1]["value"] for line in lines] == [row.value for row in rows[:3]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_footnotes_belong_to_their_boxes(language: Language) -> None:
    permit = a_reexport()
    marks = {
        row.label.split()[-1]: row.box
        for row in Form(permit, language).line(permit.positions[0])
        if row.label.endswith("*")
    }
    assert marks == {"*": "12", "**": "12b", "***": "12b"}
    origin, operation, acquired, live = Form(permit, language).notes()
    assert [note.split()[0] for note in (origin, operation, acquired)] == list(marks)
    assert " 5" in live
    text = shown(permit, language)
    footnotes = "".join(text[text.rindex("╯") + 1 :].split())
    assert footnotes == "".join("".join((origin, operation, acquired, live)).split())


@pytest.mark.parametrize("columns", [30, 40, 69, 70, 100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_width_loses_a_letter(language: Language, columns: int) -> None:
    permit = filled(a_reexport())
    form = Form(permit, language)
    text = shown(permit, language, columns)
    assert max(map(len, text.splitlines())) <= columns
    cells = text.replace("│", " ").split()
    rows = [*form.head(), *form.line(permit.positions[0]), *form.foot(permit.positions)]
    for row in rows:
        if columns < 70:
            under = "".join((row.box, row.label, *row.lines)).replace(" ", "")
            assert under in "".join(cells)
        else:
            assert set(" ".join((row.box, row.label, *row.lines)).split()) <= set(cells)


@dataclass(frozen=True)
class Asking:
    """The use case, with an expired permit whose seal is broken."""

    def ask(self, *_: object) -> ForeignPermit:
        at = datetime(2026, 10, 1, tzinfo=UTC)
        status = SealStatus.SEALED_BROKEN
        reply = PartnerReply(b"<a/>", "v2", (Attachment("", b"%PDF"),), None)
        verdict = Verdict(status, status, at, "The reason.")
        summary = summarise(a_permit(), verdict, ForeignFindings(), at=at)
        return ForeignPermit(a_permit(), verdict, reply, (), summary, at)


@dataclass(frozen=True)
class Partners:
    ask: Asking


@pytest.fixture
def expired(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def partners(_: object) -> Iterator[Partners]:
        yield Partners(Asking())

    monkeypatch.setattr(bootstrap, "open_partners", partners)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("EXPIRED: since 2026-10-01", "SEAL BROKEN", "Attachment: (without a name)")),
        ("fr", ("EXPIRÉ : depuis le 2026-10-01", "SCEAU BRISÉ", "(sans nom), 4 octets")),
        ("es", ("VENCIDO: desde el 2026-10-01", "SELLO ROTO", "Adjunto: (sin nombre), 4 bytes")),
    ],
)
def test_ask_speaks_the_language_around_the_form_too(
    call: Call, directory: Path, expired: None, tmp_path: Path, lang: str, said: tuple[str, ...]
) -> None:
    out = tmp_path / "permit.xml"
    words = ("ask", "ZA", "MZ26EX000001", "--dir", directory, "--lang", lang)
    answer = call(*words, "--out", out)
    assert not [text for text in said if text not in answer.out]
    assert str(out) in answer.out.replace("\n", "")
    labels = [box["label"] for box in call(*words, "--json").json["boxes"]]
    language = dict(zip(("en", "fr", "es"), LANGUAGES, strict=True))[lang]
    form = Form(a_permit(), language)
    assert labels == [row.label for row in (*form.head(), *form.foot())]


@pytest.mark.slow
def test_english_is_spoken_unless_another_language_is_asked_for(
    call: Call, directory: Path, expired: None
) -> None:
    words = ("ask", "ZA", "MZ26EX000001", "--dir", directory)
    assert call(*words).out == call(*words, "--lang", "en").out
    assert call(*words, "--lang", "pt").status == 2
