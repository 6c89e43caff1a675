"""Shared mismatch: acts of two gateways are one sequence, whatever is repeated, late or lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.report.mismatch import Knowledge, Line, Mismatch
from gateway.domain.report.shared import (
    Act,
    ActingPerson,
    ActKind,
    Figure,
    PersonRole,
    SharedMismatch,
    SharedState,
    new_act,
    settlement_between,
)

AT = datetime(2026, 11, 1, tzinfo=UTC)
OURS = Mismatch(
    Line("MZ/ANAC", "N1", "A"), "ZA", "", AT, "10 NAR", Knowledge.COUNTED, "8 NAR",
    Knowledge.COUNTED,
)  # fmt: skip
ISSUED = SharedMismatch("1", "za", OURS.line, Figure("10 NAR", AT))
FOREIGN = SharedMismatch("2", "mz", Line("MZ", "N1", "A"), Figure("8 NAR", AT))
SEEN_ABROAD = replace(OURS, ours="8 NAR", theirs="10 NAR")
PROPOSED, AGREED, DISAGREED = ActKind.PROPOSED, ActKind.AGREED, ActKind.DISAGREED


def acted(on: SharedMismatch, kind: ActKind, quantity: str = "9 NAR") -> SharedMismatch:
    """A person of ours acts. The id says whose act it is."""
    version = (on.last.version if on.last else 0) + 1
    by = ActingPerson(PersonRole.OFFICER, "XX/A", "torn", "A. Cossa")
    seen = OURS if on.issued_here else SEEN_ABROAD
    identity = f"{on.partner}-{len(on.acts) + 1}"
    at = AT + timedelta(hours=version)
    return on.with_act(new_act(on, kind, quantity, by, seen, identity, at))


def sent(by: SharedMismatch) -> Sequence[Act]:
    """The acts of a side as the other reads them."""
    return [
        replace(act, ours=False, seen=None, taken_at=None, by=replace(act.by, name=""))
        for act in by.counting
        if act.ours
    ]


def told(by: SharedMismatch, to: SharedMismatch) -> tuple[SharedMismatch, SharedMismatch]:
    """Both sides after a message and its answer."""
    after, outcomes = to.with_acts_of_partner(sent(by), AT + timedelta(days=1))
    return by.acknowledged(outcomes, AT + timedelta(days=1)), after


def test_a_proposal_of_the_issuing_side_is_agreed_and_settles_both() -> None:
    mz = acted(ISSUED, PROPOSED)
    mz, za = told(mz, FOREIGN)
    assert (za.state, za.proposal is not None, mz.proposal) == (SharedState.PROPOSED, True, None)
    assert (mz.waits_since, za.waits_since) == (None, AT + timedelta(hours=1))
    answered = acted(za, AGREED)
    assert answered.is_pending and settlement_between(za, answered, "s") is None
    settled_za, settled_mz = told(answered, mz)
    at_mz, at_za = (
        settlement_between(mz, settled_mz, "s1"),
        settlement_between(answered, settled_za, "s2"),
    )
    assert at_mz is not None and at_za is not None
    assert (at_mz.agreed, at_mz.ours, at_mz.theirs) == ("9", "10 NAR", "8 NAR")
    assert (at_za.agreed, at_za.ours, at_za.theirs) == ("9", "8 NAR", "10 NAR")
    assert at_mz.agreement == at_za.agreement == "mz-2"
    assert (at_mz.person, at_mz.partner_person) == ("A. Cossa", "officer, XX/A")
    assert settled_za.state is settled_mz.state is SharedState.AGREED
    recounted = replace(settled_mz, ours=Figure("7 NAR", AT + timedelta(days=2)))
    assert recounted.state is SharedState.OPEN and recounted.waits_since == AT + timedelta(days=2)


def test_a_repetition_changes_nothing() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    again, outcomes = za.with_acts_of_partner(sent(mz), AT + timedelta(days=9))
    assert again == za and set(outcomes.values()) == {"taken"}
    answered, settled = told(acted(za, AGREED), mz)
    _, twice = told(answered, settled)
    assert twice == settled
    assert settlement_between(settled, twice, "s") is None


def test_of_proposals_that_cross_the_one_of_the_issuing_side_counts() -> None:
    mz, za = acted(ISSUED, PROPOSED, "10 NAR"), acted(FOREIGN, PROPOSED, "8 NAR")
    refused, same = told(za, mz)
    assert same == mz
    assert (refused.state, refused.acts[0].refusal) == (SharedState.OPEN, "stale")
    _, both = told(mz, refused)
    assert both.proposal is not None and both.proposal.quantity == "10 NAR"
    _, displaced = told(mz, za)  # the answer to the crossed proposal was lost
    assert displaced.proposal == both.proposal and displaced.acts[0].refusal == "stale"


def test_a_lost_answer_is_learned_from_the_next_act() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    waiting = acted(za, DISAGREED)
    _, mz = told(waiting, mz)
    mz = acted(mz, PROPOSED, "8 NAR")
    _, za = told(mz, waiting)
    assert [act.taken_at is not None for act in za.acts] == [True, True, True]
    assert za.proposal is not None and za.proposal.quantity == "8 NAR"


@pytest.mark.parametrize("kind", [AGREED, DISAGREED])
def test_nobody_answers_a_proposal_of_their_own_side(kind: ActKind) -> None:
    mz = acted(ISSUED, PROPOSED)
    with pytest.raises(InvalidRequest, match="does not follow"):
        acted(mz, kind)
    _, za = told(mz, FOREIGN)
    forged = replace(sent(mz)[0], id="forged", version=2, kind=kind)
    after, outcomes = za.with_acts_of_partner([forged], AT)
    assert (after, outcomes) == (za, {"forged": "stale"})


def test_no_act_of_ours_comes_from_the_partner() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    za = acted(za, DISAGREED)
    claimed = replace(za.acts[1], ours=False, kind=AGREED)
    after, outcomes = za.with_acts_of_partner([claimed], AT)
    assert (after, outcomes) == (za, {claimed.id: "invalid"})
    changed = replace(sent(mz)[0], quantity="1 NAR")
    after, outcomes = za.with_acts_of_partner([changed], AT)
    assert (after, outcomes) == (za, {changed.id: "invalid"})


def test_acts_out_of_order_and_old_numbers_are_not_taken() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    _, mz = told(acted(za, DISAGREED), mz)
    mz = acted(mz, PROPOSED, "8 NAR")
    other = replace(sent(mz)[0], quantity="7 NAR", id="x")
    assert za.with_acts_of_partner([other], AT)[1] == {"x": "stale"}
    agreed = Act("y", 2, AGREED, False, "999 NAR", other.by, AT)
    assert mz.with_acts_of_partner([agreed], AT)[1] == {"y": "stale"}


def test_one_step_waits_for_the_other() -> None:
    za = acted(told(acted(ISSUED, PROPOSED), FOREIGN)[1], DISAGREED)
    with pytest.raises(InvalidRequest, match="has not received"):
        acted(za, PROPOSED)
    assert za.acknowledged({"mz-2": "unknown"}, AT).is_pending


def test_of_an_agreement_the_counts_that_were_seen_decide_and_not_the_hour() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    _, mz = told(acted(za, AGREED), mz)
    compared_later = replace(mz, ours=Figure("10 NAR", AT + timedelta(days=9)))
    assert (compared_later.state, compared_later.waits_since) == (SharedState.AGREED, None)
    assert replace(mz, ours=Figure("11 NAR", AT)).state is SharedState.OPEN
    recounted = replace(mz, theirs=Figure("7 NAR", AT + timedelta(days=9)))
    assert (recounted.state, recounted.waits_since) == (SharedState.OPEN, AT + timedelta(days=9))


@pytest.mark.parametrize("kind", [PROPOSED, DISAGREED, AGREED])
def test_it_is_over_where_both_corrected_their_counts_whatever_was_said(kind: ActKind) -> None:
    _, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    shared = za if kind is PROPOSED else acted(za, kind)
    corrected = replace(shared, ours=Figure("", AT), theirs=Figure("", AT))
    assert (corrected.state, corrected.waits_since) == (SharedState.OVER, None)


RESTORED_AT = timedelta(days=30)


def anew(act: Act, **changes: object) -> Act:
    """The act that a person took after the restore, in place of a lost one."""
    return replace(act, id=f"anew-{act.version}", at=act.at + RESTORED_AT, **changes)  # type: ignore[arg-type]


def settled() -> tuple[SharedMismatch, SharedMismatch, SharedMismatch, SharedMismatch]:
    """Both sides after three acts, and after the partner agreed to the last: (3, 3, 4, 4)."""
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    za, mz = told(acted(za, DISAGREED), mz)
    mz, za = told(acted(mz, PROPOSED, "8 NAR"), za)
    agreed, also = told(acted(za, AGREED, "8 NAR"), mz)
    return mz, za, also, agreed


def test_the_issuing_side_that_lost_acts_numbers_anew_and_the_agreement_is_none() -> None:
    _, _, mz, za = settled()
    restored = replace(mz, acts=mz.acts[:2])
    new = anew(mz.acts[2], quantity="7 NAR")
    mz, za = told(replace(restored, acts=(*restored.acts, new)), za)
    assert [(act.version, act.refusal) for act in za.acts] == [
        *((1, ""), (2, ""), (3, "replaced"), (4, "replaced"), (3, ""))
    ]
    assert za.proposal is not None and za.proposal.quantity == "7 NAR"
    answered, both = told(acted(za, AGREED, "7 NAR"), mz)
    assert answered.state is both.state is SharedState.AGREED
    assert [act.id for act in answered.counting] == [act.id for act in both.counting]
    after, _ = answered.with_acts_of_partner(sent(settled()[2]), AT + 2 * RESTORED_AT)
    assert after == answered  # what was sent before the restore, and comes late


def test_the_other_side_that_lost_acts_acts_anew_or_learns_the_next_number() -> None:
    mz_before, za_before, mz, _ = settled()
    again = anew(mz.acts[3], kind=DISAGREED, ours=True, taken_at=None)
    za, after = told(replace(za_before, acts=(*za_before.acts, again)), mz)
    assert after.state is za.state is SharedState.DISAGREED
    assert settlement_between(mz, after, "s") is None
    lost_more = replace(za_before, acts=za_before.acts[:1])
    _, learned = told(mz_before, lost_more)
    assert [act.version for act in learned.acts] == [1, 3]
    assert learned.proposal is not None and learned.proposal.quantity == "8 NAR"
    agreed, at_mz = told(acted(learned, AGREED, "8 NAR"), mz_before)
    assert agreed.state is at_mz.state is SharedState.AGREED


def test_an_agreement_whose_proposal_was_lost_is_open_and_settles_nothing() -> None:
    mz, za = told(acted(ISSUED, PROPOSED), FOREIGN)
    za, mz = told(acted(za, DISAGREED), mz)
    za, mz = told(acted(za, PROPOSED, "8 NAR"), mz)
    mz, _ = told(acted(mz, AGREED, "8 NAR"), za)
    lost = replace(za, acts=za.acts[:1])
    _, learned = told(mz, lost)
    assert (learned.state, settlement_between(lost, learned, "s")) == (SharedState.OPEN, None)
    proposed = acted(learned, PROPOSED, "8 NAR")
    new = replace(proposed.acts[-1], id="anew")
    both, taken = told(replace(proposed, acts=(*learned.acts, new)), mz)
    assert both.state is taken.state is SharedState.PROPOSED


def test_an_act_at_a_used_number_counts_only_if_its_sender_acted_later() -> None:
    _, _, mz, za = settled()
    forged = replace(mz.acts[3], id="forged", kind=DISAGREED)
    assert mz.with_acts_of_partner([forged], AT) == (mz, {"forged": "stale"})
    of_mz = replace(forged, version=3, kind=PROPOSED, at=AT + RESTORED_AT)
    assert mz.with_acts_of_partner([of_mz], AT) == (mz, {"forged": "stale"})
    assert za.with_acts_of_partner([replace(of_mz, at=AT)], AT) == (za, {"forged": "stale"})


def test_a_proposal_of_ours_is_not_passed_over_by_a_higher_number() -> None:
    mz = acted(ISSUED, PROPOSED)
    by = ActingPerson(PersonRole.OFFICER, "ZA/DFFE", "torn")
    jumped = Act("x", 99, PROPOSED, False, "1 NAR", by, AT + RESTORED_AT)
    assert mz.with_acts_of_partner([jumped], AT) == (mz, {"x": "stale"})
