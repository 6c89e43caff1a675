"""Verification of a permit code without a network: by key lists that are held.

The order is the safety argument; each step relies on the one before it:

1. Form of the code: digits, then one frame of fixed shape.
2. Its key, found by its id in the lists of authorities that are trusted.
3. Signature. Only then is what was signed decompressed and read.
4. Authority: the list must be the one of the authority that the code names.
5. Moment of the signature, within the dates of the key; revocation of the key.
6. Our own permits: whether we have cancelled or replaced it.
7. Dates of box 2, then the filter of withdrawn permits, then the age of key and list.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.errors import SignatureInvalid
from gateway.domain.identifiers import Authority
from gateway.domain.paper.digits import code_in
from gateway.domain.paper.key_list import KeyList, PaperKey
from gateway.domain.paper.statement import LaterVersion, PaperStatement
from gateway.domain.paper.verdict import PaperStatus, PaperVerdict
from gateway.exchange.ports import Clock, PaperCodec, ReceivedCode

_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class VerifyCode:
    """Use case: say what a permit code is worth.

    lists: of the authorities that are trusted, ours among them.
    is_withdrawn_here: whether a permit of ours was cancelled or replaced, by authority and number;
    False for authorities that are not served here.
    """

    codec: PaperCodec
    lists: Sequence[KeyList]
    is_withdrawn_here: Callable[[Authority, str], bool]
    clock: Clock

    def judge(self, text: str) -> PaperVerdict:
        """Judge the text of a QR code, or its digits. Raises InvalidRequest for other text."""
        now = self.clock()
        try:
            return self._judge(self.codec.open(code_in(text)), now)
        except SignatureInvalid as refused:
            return PaperVerdict(PaperStatus.ALTERED, refused.text, now)
        except LaterVersion:
            reason = "The code is of a later version of the format than this program knows."
            return PaperVerdict(PaperStatus.SIGNER_UNKNOWN, reason, now)

    def _judge(self, code: ReceivedCode, now: datetime) -> PaperVerdict:
        """Raises SignatureInvalid, LaterVersion."""
        candidates = list(self._candidates(code))
        if not candidates:
            reason = "No key list that is trusted here has the key of this code."
            return PaperVerdict(PaperStatus.SIGNER_UNKNOWN, reason, now)
        for key_list, key in candidates:
            statement = code.statement(key.public_key)
            if statement.authority in key_list.authorities:
                return _judged(statement, key, key_list, now, self.is_withdrawn_here)
        reason = "The code names an authority that its key does not sign for."
        return PaperVerdict(PaperStatus.SIGNER_UNKNOWN, reason, now)

    def _candidates(self, code: ReceivedCode) -> Iterator[tuple[KeyList, PaperKey]]:
        for key_list in self.lists:
            for key in key_list.keys:
                if key.id == code.key_id:
                    yield key_list, key


def _judged(
    statement: PaperStatement,
    key: PaperKey,
    key_list: KeyList,
    now: datetime,
    is_withdrawn_here: Callable[[Authority, str], bool],
) -> PaperVerdict:
    """The signature is verified by now."""
    at = statement.signed_at
    made_at = None if key_list.is_ours else key_list.made_at
    if not key.valid_from <= at <= min(key.valid_until, now + _CLOCK_SKEW):
        reason = "The code says that it was signed when its key was not in date, or in the future."
        return PaperVerdict(PaperStatus.SIGNER_UNKNOWN, reason, now, list_made_at=made_at)
    if key.revocation and not key.revocation.spares(at):
        reason = (
            f"The key of this code was revoked on {key.revocation.at:%Y-%m-%d}: others may have it."
        )
        return PaperVerdict(PaperStatus.KEY_REVOKED, reason, now, list_made_at=made_at)
    permit = statement.authority, statement.number
    status, reason = (
        (PaperStatus.WITHDRAWN, "The authority has cancelled or replaced this permit.")
        if is_withdrawn_here(*permit)
        else _by_date(statement, now)
        or _by_list(permit, key, key_list, now)
        or (PaperStatus.GENUINE, "The boxes are what the authority signed.")
    )
    return PaperVerdict(status, reason, now, statement, made_at)


def _by_date(statement: PaperStatement, now: datetime) -> tuple[PaperStatus, str] | None:
    if statement.ends and now >= statement.ends:
        return PaperStatus.EXPIRED, "The last day of box 2 is over."
    if statement.begins and now < statement.begins:
        return PaperStatus.NOT_YET_VALID, "The first day of box 2 has not come."
    return None


def _by_list(
    permit: tuple[Authority, str], key: PaperKey, key_list: KeyList, now: datetime
) -> tuple[PaperStatus, str] | None:
    if permit in key_list.withdrawn:
        reason = "The permit may be withdrawn: ask the authority."
        return PaperStatus.MAY_BE_WITHDRAWN, reason
    if now > key.valid_until:
        reason = (
            f"The certificate of its key ended on {key.valid_until:%Y-%m-%d}: ask the authority."
        )
        return PaperStatus.KEY_EXPIRED, reason
    if now > key_list.next_at:
        reason = (
            f"The key list of the authority is of {key_list.made_at:%Y-%m-%d} and out of date: what"
            " was withdrawn since is not known. Import a newer list, or ask the authority."
        )
        return PaperStatus.LIST_OUT_OF_DATE, reason
    return None
