"""What does the log say of an exchange? One line; never a token, never a message."""

import logging
import re
import traceback
from pathlib import PurePath

from gateway.exchange.ports import Exchange

_LOG = logging.getLogger("gateway.exchange")
_NOT_PLAIN = re.compile(r"[^!#-~]")
_LONGEST = 80


def log_exchange(exchange: Exchange, version: str) -> None:
    """One line per exchange, in `name=value` pairs."""
    if not _LOG.isEnabledFor(logging.INFO):
        return
    milliseconds = (exchange.ended_at - exchange.began_at).total_seconds() * 1000
    _LOG.info(
        "id=%s version=%s operation=%s caller=%s permit=%s outcome=%s ms=%.1f in=%d out=%d",
        exchange.id, version, exchange.operation or "-", _plain(exchange.caller), _plain(exchange.permit_number),
        exchange.outcome, milliseconds, len(exchange.request), len(exchange.answer),
    )  # fmt: skip


def log_defect(incident: str, error: BaseException) -> None:
    """Where an unexpected error came from: kinds and lines of code, no values, because a value may be a token."""
    kinds = []
    cause: BaseException | None = error
    while cause is not None:
        frames = reversed(traceback.extract_tb(cause.__traceback__))
        places = [f"{PurePath(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in frames]
        kinds.append(f"{type(cause).__name__} at {' < '.join(places) or '?'}")
        cause = cause.__cause__ or cause.__context__
    _LOG.error("id=%s defect=%s", incident, " because of ".join(kinds))


def _plain(text: str | None) -> str:
    """ASCII without white space, quotes and control characters, cut."""
    return _NOT_PLAIN.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text[:_LONGEST]) if text else "-"
