"""Verdicts that several checks share: the answer as SOAP, or the reason why nothing is judged."""

from lxml import etree

from gateway.conformance.answers import Answer, NotReadable, soap_answer
from gateway.conformance.exchange import Judged


class NotApplicable(Exception):
    """The check has nothing to judge. The text is a sentence."""


class DoesNotHold(Exception):
    """An expectation does not hold. The text is a sentence."""


def message_in(judged: Judged) -> Answer:
    """The answer as SOAP, a fault too. Raises DoesNotHold."""
    try:
        return soap_answer(judged.received)
    except NotReadable as unreadable:
        raise DoesNotHold(str(unreadable)) from None


def permit_in(judged: Judged) -> etree._Element:
    """The permit in an answer, where the dialect has it. Raises NotApplicable."""
    answer = answer_in(judged)
    speech = judged.endpoint.speech
    permit = answer.permit if speech.has_own_wrapper else answer.permit_at_any_depth
    if permit is None:
        raise NotApplicable("The answer holds no permit to judge.")
    return permit


def require_contract(judged: Judged) -> None:
    """Raise NotApplicable where a dialect is spoken in which this is open."""
    if not judged.endpoint.speech.is_contract:
        raise NotApplicable("What a service of this dialect does here is open.")


def answer_in(judged: Judged) -> Answer:
    """The answer where there is one without a fault. Raises NotApplicable."""
    try:
        answer = soap_answer(judged.received)
    except NotReadable:
        raise NotApplicable("There was no readable answer to judge.") from None
    if answer.fault is not None:
        raise NotApplicable("The request was refused, so there is no answer to judge.")
    return answer
