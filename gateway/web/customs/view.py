"""View of a look-up: the verdict in words, colour and shape, then the standard form, box by box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from gateway.domain.codes import Language, code_list
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.form.boxes import Form, Row
from gateway.domain.form.unreadable import marked
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.severity import Severity
from gateway.domain.summary import Outcome, Summary
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.exchange.permits.foreign.ask_partner import NotShown
from gateway.exchange.ports.customs.look_ups import LookUpState, Refusal
from gateway.web.check.files import LANGUAGES

LEVELS = {Outcome.MAY_PASS: "good", Outcome.ASK_FIRST: "ask", Outcome.DO_NOT_ACCEPT: "stop"}
"""Outcome -> colour and shape; the words say the same."""

_REFUSALS = {
    "CertificateNotFound": Sentence(
        "The issuing country shows no such permit for this number and token. Compare both with the"
        " paper, letter by letter, and look up again. If they are right, ask the issuing authority."
    ),
    "CertificateNotFinal": Sentence(
        "The issuing country has no final permit yet, as quantities are not confirmed. Look up the"
        " permit as issued."
    ),
    "AccessDenied": Sentence(
        "The issuing country does not show this permit to our country. Ask the issuing authority."
    ),
    "InvalidRequest": Sentence(
        "The issuing country does not accept the number or the token as they were typed. Compare"
        " both with the paper and look up again."
    ),
    "PartnerReplyInvalid": Sentence(
        "The answer of the issuing country cannot be used. Do not rely on the paper alone: ask the"
        " issuing authority, and tell the operators of this gateway."
    ),
}
_OTHER_REFUSAL = Sentence(
    "The issuing country refused the question. Ask the issuing authority, and tell the operators of"
    " this gateway."
)
DELIVERY = {
    DeliveryState.WAITING: Sentence("Kept. The issuing country is told as soon as it answers."),
    DeliveryState.UNKNOWN: Sentence("Sent, without a clear answer yet. It is sent again."),
    DeliveryState.DELIVERED: Sentence("The issuing country has these quantities."),
    DeliveryState.PARKED: Sentence(
        "The issuing country refused them. The operators of this gateway decide what to do."
    ),
    DeliveryState.HELD: Sentence("Held by the operators of this gateway."),
    DeliveryState.DROPPED: Sentence(
        "Given up by the operators of this gateway; they do not count."
    ),
}


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Reason of a verdict. text, rule: of others, cleaned where they are shown."""

    level: str
    box: str
    line: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Verdict of a look-up. headline: in the language of the visit."""

    level: str
    headline: str
    advice: str
    reasons: Sequence[ShownReason] = ()
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A numbered box of the form, with its parts."""

    box: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ShownForm:
    """The standard form. lines: letter, and boxes 7 to 12b."""

    title: str
    head: Sequence[Cell]
    lines: Sequence[tuple[str, Sequence[Cell]]]
    foot: Sequence[Cell]
    notes: Sequence[str]


def country_name(code: str, language: str) -> str:
    """Name of a country; the code where the list does not have it."""
    known = code_list("countries").get(code)
    return known.name(LANGUAGES[language]) if known else code


def banner_of(shown: ShownLookUp, language: str) -> Banner:
    """The verdict on a look-up. Nothing but the summary of a permit can be green."""
    words = LANGUAGES[language]
    if shown.answer is None:
        return Banner("ask", Outcome.ASK_FIRST.text(words), "")
    return _of_summary(shown.answer.summary, words)


def refusal_of(refusal: Refusal) -> Sentence:
    """Next step of the officer after a refusal."""
    return _REFUSALS.get(refusal.partner_code or refusal.code, _OTHER_REFUSAL)


def form_of(permit: Permit, language: str) -> ShownForm:
    """The boxes of a permit, in the order of the form."""
    words = LANGUAGES[language]
    form = Form(permit, words)
    everywhere = [None, *(position.id for position in permit.positions)]
    return ShownForm(
        permit.document_type.name(words),
        _cells(marked(form.head(), permit, words)),
        [
            (line.id, _cells(marked(form.line(line), permit, words, [line.id])))
            for line in permit.positions
        ],
        _cells(marked(form.foot(permit.positions), permit, words, everywhere)),
        form.notes(),
    )


def findings_of(shown: ShownLookUp, language: str) -> Sequence[ShownReason]:
    """Findings that are no reason of the verdict: warnings and information."""
    if shown.permit is None:
        return ()
    words = LANGUAGES[language]
    return [
        ShownReason("note", each.box, each.position or "", each.text(words), each.rule)
        for each in shown.permit.findings
        if each.severity in (Severity.WARNING, Severity.INFO)
    ]


def age_of(at: datetime, now: datetime) -> Sentence:
    """Age of an earlier copy in words, rounded down."""
    minutes = int(max(now - at, timedelta(0)).total_seconds() // 60)
    for size, sentence in (
        (1440, Sentence("{count} days old", {"count": minutes // 1440})),
        (60, Sentence("{count} hours old", {"count": minutes // 60})),
    ):
        if minutes >= 2 * size:
            return sentence
    return Sentence("{count} minutes old", {"count": minutes})


def state_of(state: LookUpState, *, has_copy: bool) -> Sentence:
    """State of a question in the list of an officer."""
    if state is LookUpState.ANSWERED:
        return Sentence("answered")
    if state is LookUpState.GIVEN_UP:
        return Sentence("never answered")
    return Sentence("waiting, earlier copy shown") if has_copy else Sentence("waiting")


def is_not_shown(shown: ShownLookUp) -> bool:
    """Whether it is known what to do with a permit that is not shown."""
    return isinstance(shown.answer, NotShown)


def _of_summary(summary: Summary, words: Language) -> Banner:
    outcome = summary.outcome
    reasons = [
        ShownReason(
            LEVELS[each.outcome],
            each.box or "",
            each.position or "",
            each.text(words),
            each.rule or "",
        )
        for each in summary.reasons
    ]
    has_paper = summary.paper is not None and outcome is not Outcome.DO_NOT_ACCEPT
    paper = summary.paper.text(words) if summary.paper and has_paper else ""
    return Banner(LEVELS[outcome], outcome.text(words), outcome.advice(words), reasons, paper)


def _cells(rows: Sequence[Row]) -> Sequence[Cell]:
    return [Cell(box, list(parts)) for box, parts in groupby(rows, key=lambda row: row.box)]


def headline_of(outcome: str, language: str) -> str:
    """Headline of the outcome that a signed verdict names."""
    return Outcome(outcome).text(LANGUAGES[language])


def level_of(outcome: str) -> str:
    """Colour and shape of the outcome that a signed verdict names."""
    return LEVELS[Outcome(outcome)]
