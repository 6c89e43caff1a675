"""Shared mismatch: a difference of counts that two gateways settle, each by a person of its own.

The acts of both sides are one sequence. The issuing country's gateway numbers it: an act of the
other side counts once that gateway has taken it. So both sides hold the same sequence, whatever is
repeated, late or lost on the way. A gateway whose backup was restored has lost acts, and numbers
new ones anew: the new act replaces the lost one and all after it, on the other side too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.errors import InvalidRequest
from gateway.domain.people.sentence import Sentence
from gateway.domain.report.mismatch import Line, Mismatch, Settlement

MOST_ACTS = 100
"""Acts on one difference; two persons who need more should call each other."""
TAKEN = "taken"


class ActKind(StrEnum):
    """Kind of an act of a person."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DISAGREED = "disagreed"


class PersonRole(StrEnum):
    """Role of a person as the partner sees it, in place of a name."""

    OFFICER = "officer"
    OPERATOR = "operator"


class SharedState(StrEnum):
    """State of a difference. OVER: neither side sees a difference any more."""

    OPEN = "open"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    OVER = "over"


class ActRefusal(StrEnum):
    """Reason why an act or a difference was not taken, as it travels."""

    STALE = "stale"
    """The other side acted before: the sequence has gone on."""
    REPLACED = "replaced"
    """Its gateway, or that of the issuing country, lost it with a backup, and acted anew."""
    UNKNOWN = "unknown"
    """The sender takes no part in this line here, or the line is not known."""
    UNIT = "unit"
    """The unit is not that of box 11."""
    INVALID = "invalid"
    """It is not what the format says."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Quantity of a side with its unit; empty: it sees no difference. as_of: of its last change."""

    quantity: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """Person of an act. name: of ours alone; partners' names do not travel.

    authority: `MZ/ANAC`.  reason: in words.
    """

    role: PersonRole
    authority: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a person of one side.

    id: UUID.  version: place in the sequence, from 1.  ours: whether a person of ours acted.
    quantity: proposed or agreed, with unit; that of the proposal where one disagrees.
    seen: both counts as our person saw them, ours first; None for an act of the partner.
    taken_at: moment from which it counts; None while the issuing side has not taken it.
    refusal: why the issuing side did not take it; empty where it did, or has not answered.
    """

    id: str
    version: int
    kind: ActKind
    ours: bool
    quantity: str
    by: ActingPerson
    at: datetime
    seen: tuple[str, str] | None = None
    taken_at: datetime | None = None
    refusal: str = ""

    def same_as(self, other: "Act") -> bool:
        """Whether the other says the same, apart from what happened to it on the way."""
        return (self.id, self.version, self.kind, self.quantity, self.by.authority) == (
            other.id,
            other.version,
            other.kind,
            other.quantity,
            other.by.authority,
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of our side to the partner. due_at: next attempt; None: nothing to tell.

    attempts: failures in a row.  outcome: of the last attempt; empty before the first.
    """

    due_at: datetime | None = None
    attempts: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SharedMismatch:
    """A difference of counts with a partner that shares the queue.

    id: UUIDv7.  partner: its key.  line: by the names of this gateway.
    acts: every act, in the order of versions; a refused act stays beside its successor.
    """

    id: str
    partner: str
    line: Line
    ours: Figure
    theirs: Figure | None = None
    acts: tuple[Act, ...] = ()
    delivery: Delivery = Delivery()

    @property
    def issued_here(self) -> bool:
        """Whether the permit is ours, so that this gateway numbers the acts."""
        return "/" in self.line.issuer

    @property
    def counting(self) -> Sequence[Act]:
        """The acts that count, or wait for the issuing side."""
        return [act for act in self.acts if not act.refusal]

    @property
    def last(self) -> Act | None:
        """The last of them; None before the first."""
        return next(reversed(self.counting), None)

    @property
    def is_pending(self) -> bool:
        """Whether an act of ours waits for the issuing side."""
        return self.last is not None and self.last.taken_at is None

    @property
    def waits_for_partner(self) -> bool:
        """Whether a proposal of ours waits for the answer of the partner."""
        last = self.last
        return last is not None and last.ours and last.kind is ActKind.PROPOSED

    @property
    def state(self) -> SharedState:
        """Where it stands. A count that changed after the agreement opens it again."""
        last = self.last
        if not self.ours.quantity and not (self.theirs and self.theirs.quantity):
            return SharedState.OVER
        if last is None or (last.kind is ActKind.AGREED and not self._holds):
            return SharedState.OPEN
        return SharedState(last.kind.value)

    @property
    def _holds(self) -> bool:
        """Whether the agreement is about the counts of now. The partner's are by its clock."""
        sides = agreement_of(self)
        if sides is None:
            return False
        ours, theirs = sides
        as_seen = ours.seen is None or ours.seen[0] == self.ours.quantity
        return as_seen and (self.theirs is None or self.theirs.as_of <= theirs.at)

    @property
    def waits_since(self) -> datetime | None:
        """Since when it waits for a person of ours; None where it does not."""
        last, state = self.last, self.state
        if state in (SharedState.AGREED, SharedState.OVER):
            return None
        if last is None or state is SharedState.OPEN:
            return max(each.as_of for each in (self.ours, self.theirs) if each)
        is_answer_due = state is SharedState.PROPOSED and not last.ours
        return last.at if is_answer_due or state is SharedState.DISAGREED else None

    @property
    def proposal(self) -> Act | None:
        """The proposal of the partner that waits for an answer of ours."""
        last = self.last
        return last if last and last.kind is ActKind.PROPOSED and not last.ours else None

    def with_act(self, act: Act) -> "SharedMismatch":
        """Return it with an act of a person of ours, to be told to the partner.

        Raises InvalidRequest where it does not follow the last act.
        """
        if self.is_pending:
            raise InvalidRequest(
                Sentence("The partner's gateway has not received the last step yet.")
            )
        if not self._follows(act):
            raise InvalidRequest(
                Sentence("This does not follow the last step; look at the difference again.")
            )
        taken = replace(act, taken_at=act.at) if self.issued_here else act
        told = Delivery(act.at)
        return replace(self, acts=(*self.acts, taken), delivery=told)

    def with_acts_of_partner(
        self, acts: Sequence[Act], at: datetime
    ) -> tuple["SharedMismatch", Mapping[str, str]]:
        """Return it with the acts that the partner sent, and what became of each, by its id."""
        changed, outcomes = self, dict[str, str]()
        for act in sorted(acts, key=lambda each: each.version):
            changed, outcomes[act.id] = changed._taking(act, at)
        return changed, outcomes

    def _taking(self, act: Act, at: datetime) -> tuple["SharedMismatch", str]:
        known = next((each for each in self.acts if each.id == act.id), None)
        if known is not None:
            repeated = not known.ours and known.same_as(act)
            return self, TAKEN if repeated else ActRefusal.INVALID
        settled = self if self.issued_here else self._outrun(act.version, at)
        if not settled._follows(act):
            settled = settled._restored(act)
            if not settled._follows(act) and not settled._has_lost_acts_before(act):
                return self, ActRefusal.STALE
        return replace(settled, acts=(*settled.acts, replace(act, taken_at=at))), TAKEN

    def _restored(self, act: Act) -> "SharedMismatch":
        """Return it without the acts that the sender lost: from the number of its act on.

        The sender lost what has its number, so it is an act of its own side; the issuing side may
        have numbered one of the other. It acted anew after all acts of its own that it lost.
        """
        held = [each for each in self.counting if each.version >= act.version]
        own = [each for each in self.counting if not each.ours]
        is_its_own = bool(held) and (not held[0].ours or not self.issued_here)
        if not is_its_own or any(each.at >= act.at for each in own):
            return self
        replaced = {each.id for each in held}
        acts = tuple(
            replace(each, refusal=ActRefusal.REPLACED.value) if each.id in replaced else each
            for each in self.acts
        )
        return replace(self, acts=acts)

    def _has_lost_acts_before(self, act: Act) -> bool:
        """Whether acts before it were numbered that a restored backup here lacks.

        The issuing side takes a proposal alone so: it cannot tell what else was answered.
        """
        is_ahead = act.version > (self.last.version if self.last else 0) + 1
        is_new_round = act.kind is ActKind.PROPOSED and not self.waits_for_partner
        return is_ahead and (is_new_round or not self.issued_here) and len(self.acts) < MOST_ACTS

    def _outrun(self, version: int, at: datetime) -> "SharedMismatch":
        """Decide our act that waits, by an act of the issuing side: it was taken if that follows.

        The answer that told so may have been lost.
        """
        last = self.last
        if last is None or last.taken_at is not None or version < last.version:
            return self
        decided = (
            replace(last, taken_at=at)
            if version > last.version
            else replace(last, refusal=ActRefusal.STALE.value)
        )
        return self._with(decided)

    def acknowledged(self, outcomes: Mapping[str, str], at: datetime) -> "SharedMismatch":
        """Return it with the answers of the issuing side to our acts, by id."""
        changed = self
        for act in self.acts:
            outcome = outcomes.get(act.id)
            if not act.ours or act.taken_at or act.refusal or outcome is None:
                continue
            taken = outcome == TAKEN
            # What is refused for now may be known to the partner later: it is sent again.
            if not taken and outcome == ActRefusal.UNKNOWN:
                continue
            decided = replace(act, taken_at=at) if taken else replace(act, refusal=outcome)
            changed = changed._with(decided)
        return changed

    def _with(self, act: Act) -> "SharedMismatch":
        return replace(self, acts=tuple(act if each.id == act.id else each for each in self.acts))

    def _follows(self, act: Act) -> bool:
        """Whether an act follows the last one. A proposal is answered by the other side alone."""
        last = self.last
        if act.version != (last.version if last else 0) + 1 or len(self.acts) >= MOST_ACTS:
            return False
        is_open = last is None or last.kind is not ActKind.PROPOSED
        if act.kind is ActKind.PROPOSED:
            return is_open
        return (
            not is_open
            and last is not None
            and (last.ours is not act.ours and last.quantity == act.quantity)
        )


def new_act(
    shared: SharedMismatch,
    kind: ActKind,
    quantity: str,
    by: ActingPerson,
    seen: Mismatch | None,
    identity: str,
    at: datetime,
) -> Act:
    """Return an act of a person of ours. seen: our comparison; None where our counts agree."""
    last = shared.last
    return Act(
        identity,
        (last.version if last else 0) + 1,
        kind,
        True,
        quantity,
        by,
        at,
        (seen.ours, seen.theirs) if seen else None,
    )


def settlement_between(
    before: SharedMismatch, after: SharedMismatch, identity: str
) -> Settlement | None:
    """Return the settlement that a change made; None where nothing was agreed by it.

    It holds for the two counts that our person saw who proposed or agreed.
    """
    last, sides = after.last, agreement_of(after)
    if last is None or last.taken_at is None or sides is None:
        return None
    was = before.last
    if was is not None and was.id == last.id and was.taken_at is not None:
        return None
    our, their = sides
    if our.seen is None:
        return None
    return Settlement(
        identity,
        last.taken_at,
        after.line,
        our.seen[0],
        our.seen[1],
        last.quantity.rpartition(" ")[0],
        our.by.name,
        f"{their.by.role}, {their.by.authority}",
        our.by.reason,
        last.id,
    )


def agreement_of(shared: SharedMismatch) -> tuple[Act, Act] | None:
    """Return our act and that of the partner by which both agreed; None where they did not.

    Of an agreement that came without the proposal, which was lost, nothing is known.
    """
    proposed, agreed = ([None, None, *shared.counting])[-2:]
    if proposed is None or agreed is None or agreed.kind is not ActKind.AGREED:
        return None
    is_answer = proposed.ours is not agreed.ours and proposed.quantity == agreed.quantity
    if proposed.kind is not ActKind.PROPOSED or not is_answer:
        return None
    return (proposed, agreed) if proposed.ours else (agreed, proposed)
