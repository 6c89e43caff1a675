"""`ask` on permits that must not pass unseen, in three languages: summary, findings and form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.domain.codes import Language
from gateway.domain.form.boxes import Form
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.foreign import foreign_findings
from gateway.domain.summary import summarise
from gateway.exchange.permits.foreign.ask_partner import AskPartner
from tests.cli.conftest import Call
from tests.crypto.permit_seal.seal_pki import NOON
from tests.exchange.asking_acts import (
    FORMATS,
    RIGHT,
    Partner,
    Tigers,
    a_partner,
    a_seal,
    ask_partner,
)

LANGUAGES: dict[str, Language] = {"en": "english", "fr": "french", "es": "spanish"}
HEADLINES = {
    "may-pass": ("✓ MAY PASS: ", "✓ PEUT PASSER : ", "✓ PUEDE PASAR: "),
    "ask-first": ("! ASK FIRST: ", "! DEMANDER D'ABORD : ", "! PREGUNTAR ANTES: "),
    "do-not-accept": (
        "✗ DO NOT ACCEPT this document",
        "✗ NE PAS ACCEPTER ce document",
        "✗ NO ACEPTAR este documento",
    ),
}
GENUS = replace(RIGHT, positions=(replace(RIGHT.positions[0], scientific_name="Crocodylus spp."),))
"""A permit with a warning: box 7 names no species."""
TIGER = replace(
    RIGHT,
    purpose="Z",
    positions=(replace(RIGHT.positions[0], scientific_name="Panthera tigris", sources=("C",)),),
)
"""A tiger that box 10 declares in Appendix II."""
WARNED = (
    "! warning Box 7, line A: Crocodylus spp. is no species; a higher taxon is accepted in agreed"
    " cases only. [F12]",
    "! avertissement Case 7, ligne A : Crocodylus spp. n'est pas une espèce",
    "! advertencia Casilla 7, línea A: Crocodylus spp. no es una especie",
)


def unreadable(permit: Permit) -> Partner:
    """A partner that writes the last day of box 2, at both of its places, as nothing can read."""
    written = FORMATS["v2"].write(permit)
    document = written.replace(b"2026-04-01T00:00:00+00:00", b"31 Sept")
    assert document != written
    return Partner(document, "v2", (a_seal(document),))


@dataclass(frozen=True)
class Case:
    """A permit as it is asked for.

    findings: rules of its findings.  said: in English, French and Spanish, in this order.
    """

    partner: Partner
    permit: Permit
    summary: str
    reasons: tuple[str, ...]
    said: tuple[tuple[str, ...], ...]
    findings: tuple[str, ...] = ("F12",)
    references: Tigers | None = None


ENDED = replace(GENUS, valid_until=RIGHT.issued_at and RIGHT.issued_at + timedelta(days=10))
CASES = {
    "right": Case(a_partner(), RIGHT, "may-pass", (), ((), (), ()), findings=()),
    "warned": Case(
        a_partner(GENUS), GENUS, "may-pass", (), tuple((each,) for each in WARNED)
    ),
    "expired": Case(
        a_partner(ENDED),
        ENDED,
        "do-not-accept",
        ("expired",),
        (
            (
                "✗ Box 2: The document expired; the last day of its validity was 2026-03-12.",
                "EXPIRED: since 2026-03-13",
                WARNED[0],
            ),
            (
                "✗ Case 2 : Le document est périmé ; le dernier jour de sa validité était le"
                " 2026-03-12.",
                "EXPIRÉ : depuis le 2026-03-13",
                WARNED[1],
            ),
            (
                "✗ Casilla 2: El documento ha caducado; el último día de su validez fue el"
                " 2026-03-12.",
                "VENCIDO: desde el 2026-03-13",
                WARNED[2],
            ),
        ),
    ),
    "unsealed": Case(
        Partner(FORMATS["v2"].write(GENUS)),
        GENUS,
        "ask-first",
        ("unsealed",),
        (
            ("! The document has no seal", "! UNSEALED", WARNED[0]),
            ("! Le document n'a pas de sceau", "! NON SCELLÉ", WARNED[1]),
            ("! El documento no tiene sello", "! SIN SELLO", WARNED[2]),
        ),
    ),
    "unreadable": Case(
        unreadable(GENUS),
        GENUS,
        "ask-first",
        ("unreadable",),
        (
            ("! Box 2: A value cannot be read: EndDateTime as written 31 Sept.", WARNED[0]),
            ("! Case 2 : Une valeur est illisible : EndDateTime tel qu'écrit 31 Sept.", WARNED[1]),
            ("! Casilla 2: Un valor es ilegible: EndDateTime tal como está escrito 31 Sept.",
             WARNED[2]),
        ),
    ),
    "tiger as Appendix II": Case(
        a_partner(TIGER),
        TIGER,
        "ask-first",
        ("finding",),
        (
            ("! Box 10, line A: Panthera tigris was in Appendix I on 2026-03-02, not in"
             " Appendix II. [C08]",),
            ("! Case 10, ligne A : Panthera tigris était inscrit à l'Annexe I le 2026-03-02, non à"
             " l'Annexe II. [C08]",),
            ("! Casilla 10, línea A: Panthera tigris estaba en el Apéndice I el 2026-03-02, no en"
             " el Apéndice II. [C08]",),
        ),
        findings=("C08",),
        references=Tigers(),
    ),
    "invalid": Case(
        a_partner(replace(RIGHT, purpose=None)),
        replace(RIGHT, purpose=None),
        "do-not-accept",
        ("invalid",),
        (
            ("✗ Box 5a: The purpose is missing", "✗ error Box 5a: The purpose is missing"),
            ("✗ Case 5a : Le but manque", "✗ erreur Case 5a : Le but manque"),
            ("✗ Casilla 5a: Falta la finalidad", "✗ error Casilla 5a: Falta la finalidad"),
        ),
        findings=("F07",),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Partners:
    """The part of a gateway that asks."""

    ask: AskPartner


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Case:
    found = CASES[request.param]

    @contextmanager
    def partners(_: object) -> Iterator[Partners]:
        yield Partners(ask_partner(references=found.references, MZ=found.partner))

    monkeypatch.setattr(bootstrap, "open_partners", partners)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_summary_reasons_findings_and_form_speak_the_language(
    call: Call, made_directory: Path, case: Case, lang: str
) -> None:
    place = list(LANGUAGES).index(lang)
    words = ("ask", "MZ", "MZ26EX000001", "--dir", made_directory, "--lang", lang)
    answer = call(*words)
    status = {"may-pass": 0, "ask-first": 58, "do-not-accept": 59}[case.summary]
    assert answer.status == status
    assert answer.out.startswith(HEADLINES[case.summary][place])
    shown = " ".join(answer.out.split())
    assert [text for text in case.said[place] if text not in shown] == []
    form = Form(case.permit, LANGUAGES[lang])
    rows = [*form.head(), *form.foot(case.permit.positions)]
    assert [row.label for row in rows if row.label.split()[0] not in shown] == []

    program = call(*words, "--json")
    assert (program.status, program.json["summary"]) == (status, case.summary)
    assert tuple(reason["reason"] for reason in program.json["reasons"]) == case.reasons
    assert tuple(finding["rule"] for finding in program.json["findings"]) == case.findings
    for finding in program.json["findings"]:
        assert {"severity", "box", "line", "value", "expected", "text", "source"} <= set(finding)
        assert finding["text"] in shown


def test_what_a_partner_wrote_begins_no_line_and_styles_nothing(
    call: Call, made_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = "x\n✓ MAY PASS: nothing was found\x1b[32m"
    line = replace(RIGHT.positions[0], sources=("Z\u202e" + forged,), appendix="[bold]IV")
    permit = replace(RIGHT, positions=(line,))

    class Forged:
        def ask(self, *_: object) -> object:
            foreign = ask_partner(MZ=a_partner()).ask("MZ", "MZ26EX000001", None, final=False)
            findings = foreign_findings(permit, Authority(IsoCountryCode("MZ"), "MA"))
            summary = summarise(permit, foreign.verdict, findings, at=NOON)
            return replace(foreign, permit=permit, findings=findings.all, summary=summary)

    @contextmanager
    def partners(_: object) -> Iterator[object]:
        yield type("Part", (), {"ask": Forged()})

    monkeypatch.setattr(bootstrap, "open_partners", partners)
    answer = call("ask", "MZ", "MZ26EX000001", "--dir", made_directory)
    assert answer.status == 59
    assert not [each for each in answer.out.split("\n") if each.startswith("✓ MAY PASS")]
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out
    assert "[bold]IV" in answer.out
