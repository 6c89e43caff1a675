"""Inventory of a gateway for its operator: keys, what ends when, seals, configuration as loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key of ours with its certificate.

    use: server, client, seal, message or paper.  role: current, next or previous.
    used: whether the configuration names it.  sha256: of the certificate, hex.
    valid_until: aware; None without a readable certificate, and problem says why.
    days_left: whole days, negative once it has ended.
    """

    use: Sentence
    role: str
    used: bool
    subject: str = ""
    sha256: str = ""
    valid_until: datetime | None = None
    days_left: int | None = None
    development: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EndingCertificate:
    """A certificate or revocation list that this gateway relies on.

    use: without the partner.  partner: key, empty where it concerns none.
    not_after: aware.  is_soon: whether a person should act.
    """

    use: Sentence
    partner: str
    subject: str
    not_after: datetime
    days_left: int
    is_soon: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class SealState:
    """Seal of the journal.

    batch, total: number of the newest head, and of the records up to it; None before the first.
    sealed_at: ISO 8601.  is_signed: whether a key of ours signed the newest head.
    unsealed_seconds: since the oldest record without seal was made; 0 for none.
    places: seconds since the newest head in each other place was sealed, by place; infinite for
    none.
    problem: why the newest head cannot be read; empty where it can.
    """

    batch: int | None
    digest: str
    total: int
    sealed_at: str
    is_signed: bool
    unsealed_seconds: float
    places: Sequence[tuple[str, float]]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CheckedConfiguration:
    """What `check-config` says of the files of now: sentences, without secrets."""

    problems: Sequence[str]
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class MaskedMessage:
    """A message with its structure and public codes; each other value is masked.

    size: bytes as they travelled.  lines: empty where the message is not shown, and note says why.
    """

    size: int
    lines: Sequence[str]
    note: str = ""
