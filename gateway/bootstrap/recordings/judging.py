"""Judgement of recorded answers by our own client, and the boxes of their paths."""

from collections.abc import Callable, Sequence

from adapters.registry import formats
from gateway.domain.errors import GatewayError
from gateway.domain.partner import OperationName
from gateway.partners.answers import read_certificate, read_confirmation, read_state
from gateway.partners.faults import Failure, PartnerRefusal, partner_failed
from gateway.partners.mtom import media_type_of
from gateway.partners.transport import RawAnswer
from gateway.recordings.recording import Message
from schemas import VERSION_BY_ROOT

_READERS: dict[str, Callable[[RawAnswer], object]] = {
    OperationName.CONFIRM_QUANTITIES: read_confirmation,
    OperationName.SERVICE_STATE: read_state,
}


def outcome_of(operation: str | None, status: int, answer: Message) -> str:
    """Outcome of an answer, as our client journals it: `ok`, or the code of an error."""
    raw = RawAnswer(
        status, answer.content_type or media_type_of(answer.body), body=bytearray(answer.body)
    )
    try:
        _READERS.get(operation or "", read_certificate)(raw)
    except (Failure, PartnerRefusal) as cause:
        return partner_failed("The partner", cause).code
    except GatewayError as error:
        return error.code
    return "ok"


def box_of(names: Sequence[str]) -> str | None:
    """Box of the form of a path below a permit, by local names, its root first."""
    version = VERSION_BY_ROOT.get(names[0]) if names else None
    return formats()[version.name].box_at(names) if version else None
