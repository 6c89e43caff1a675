"""Verdicts that several checks share: the answer as SOAP, or the reason why nothing is judged."""

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


def answer_in(judged: Judged) -> Answer:
    """The answer where there is one without a fault. Raises NotApplicable."""
    try:
        answer = soap_answer(judged.received)
    except NotReadable:
        raise NotApplicable("There was no readable answer to judge.") from None
    if answer.fault is not None:
        raise NotApplicable("The request was refused, so there is no answer to judge.")
    return answer
