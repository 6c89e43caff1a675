"""View of questions by mail, on a terminal and as JSON."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.domain.mail_questions.question import MailQuestion

_COLUMNS = ("Id", "Asked (UTC)", "Country", "Number", "By", "State")
STATEMENT = "A statement by mail, not the record of the issuing authority."


def table(found: Sequence[MailQuestion]) -> RenderableType:
    """The questions as a table."""
    if not found:
        return plain("Nothing was asked by mail.")
    records = Records(_COLUMNS, frozenset(("Id", "Number")))
    for each in found:
        records.add_row(
            each.id,
            f"{each.asked_at:%Y-%m-%d %H:%M}",
            each.addressee.country.text,
            each.number.text,
            each.asked_by,
            _state(each),
        )
    return records


def lines(question: MailQuestion) -> Iterator[str]:
    """A question with its answer."""
    addressee = question.addressee
    yield f"{question.id}: {question.number} of {addressee.country}, {_state(question)}"
    yield f"Asked: {addressee.name}, {addressee.address}"
    yield f"By: {question.asked_by}, {question.asked_at:%Y-%m-%d %H:%M UTC}"
    yield f"The link counts until {question.expires_at:%Y-%m-%d %H:%M UTC}"
    for box, value in question.boxes:
        yield f"Box {box}: {value}"
    if answer := question.answer:
        yield STATEMENT
        yield f"Issued by them: {answer.issued}"
        yield f"As written: {answer.as_written}"
        yield f"Still valid: {answer.still_valid}"
        yield f"Name that was typed: {answer.person}, {answer.at:%Y-%m-%d %H:%M UTC}"
        for line in answer.remarks.splitlines():
            yield f"Remarks: {line}"


def as_json(question: MailQuestion) -> dict[str, object]:
    """A question with its answer; moments as ISO 8601. The secret of the link is in none."""
    answer = question.answer
    return {
        "id": question.id,
        "country": question.addressee.country.text,
        "number": question.number.text,
        "addressee": question.addressee.name,
        "address": question.addressee.address,
        "boxes": [{"box": box, "value": value} for box, value in question.boxes],
        "asked_by": question.asked_by,
        "asked_at": question.asked_at.isoformat(),
        "expires_at": question.expires_at.isoformat(),
        "mailed_at": question.mailed_at.isoformat() if question.mailed_at else None,
        "answer": {
            "statement": STATEMENT,
            "at": answer.at.isoformat(),
            "person": answer.person,
            "issued": answer.issued.value,
            "as_written": answer.as_written.value,
            "still_valid": answer.still_valid.value,
            "remarks": answer.remarks,
        }
        if answer
        else None,
    }


def _state(question: MailQuestion) -> str:
    if question.answer is not None:
        return "answered by mail"
    return "waiting" if question.mailed_at else "the mail was not taken"
