"""Checks that compare two exchanges: the words and the time of refusals, repeated answers."""

from lxml import etree

from gateway.conformance.answers import text_at
from gateway.conformance.checks.verdicts import (
    NotApplicable,
    answer_in,
    message_in,
    permit_in,
)
from gateway.conformance.exchange import Judged

_MOST_APART_SECONDS = 0.15
"""More than a network jitters between the fastest of three exchanges."""


def same_words_as(judged: Judged, case: str) -> str | None:
    """The fault says the same as that of another case, but for its incident number."""
    ours, theirs = (message_in(each).fault for each in (judged, _other(judged, case)))
    if ours is None or theirs is None:
        raise NotApplicable("One of the two requests was not refused.")
    said = [(each.side, each.word, each.said("Text"), each.said("Code")) for each in (ours, theirs)]
    if said[0] != said[1]:
        return f"The two faults differ: {ours.summary}; {theirs.summary}."
    if judged.received.status != _other(judged, case).received.status:
        return "The two faults come with different HTTP statuses."
    return None


def same_time_as(judged: Judged, case: str) -> str | None:
    """The fastest refusal takes about as long as that of another case."""
    apart = abs(judged.fastest - _other(judged, case).fastest)
    if apart > _MOST_APART_SECONDS:
        return f"The two refusals are {apart * 1000:.0f} ms apart, the fastest of each taken."
    return None


def same_permit_as(judged: Judged, case: str) -> str | None:
    """The permit is, as canonical XML, the one of another case."""
    permits = [permit_in(each) for each in (judged, _other(judged, case))]
    first, second = (etree.tostring(each, method="c14n", exclusive=True) for each in permits)
    return None if first == second else "The two answers hold different permits."


def same_confirmation_as(judged: Judged, case: str) -> str | None:
    """ConfirmationId is that of another case."""
    first, second = (
        text_at(answer_in(each).content, "ConfirmationId")
        for each in (judged, _other(judged, case))
    )
    if not first or not second:
        raise NotApplicable("The answers carry no ConfirmationId, which is optional.")
    return None if first == second else "The repeated confirmation got another ConfirmationId."


def _other(judged: Judged, case: str) -> Judged:
    if case not in judged.earlier:
        raise NotApplicable(f"Case {case}, with which it is compared, was not tried.")
    return judged.earlier[case]
