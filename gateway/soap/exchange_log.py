"""Log of exchanges: a line per exchange, never a token, never a message.

Raw messages stand in the journal, which is protected; logs travel further.
"""

import logging
import re
import traceback
from pathlib import PurePath

from gateway.domain.foreign_text import escaped
from gateway.exchange.ports import Exchange

_LOG = logging.getLogger("gateway.exchange")
_NOT_PLAIN = re.compile(r"[^!#-~]")
_MAX_CHARACTERS = 80


def log_exchange(exchange: Exchange, version: str) -> None:
    """Write the line of an exchange, in `name=value` pairs."""
    if not _LOG.isEnabledFor(logging.INFO):
        return
    milliseconds = (exchange.ended_at - exchange.began_at).total_seconds() * 1000
    _LOG.info(
        "id=%s version=%s operation=%s caller=%s permit=%s outcome=%s ms=%.1f in=%d out=%d",
        exchange.id,
        version,
        exchange.operation or "-",
        _plain(exchange.caller),
        _plain(exchange.permit_number),
        exchange.outcome,
        milliseconds,
        len(exchange.request),
        len(exchange.answer),
    )


def log_defect(incident: str, error: BaseException) -> None:
    """Write where an unexpected error came from: types of errors and lines of code.

    Values are left out, because a value may be a token.
    """
    origins = []
    cause: BaseException | None = error
    while cause is not None:
        frames = reversed(traceback.extract_tb(cause.__traceback__))
        places = [
            f"{PurePath(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in frames
        ]
        origins.append(f"{type(cause).__name__} at {' < '.join(places) or '?'}")
        cause = cause.__cause__ or cause.__context__
    _LOG.error("id=%s defect=%s", incident, " because of ".join(origins))


def _plain(text: str | None) -> str:
    """ASCII without white space, quotes and control characters, truncated.

    So no value can end a line or forge another field of the log.
    """
    if not text:
        return "-"
    return _NOT_PLAIN.sub(lambda found: escaped(found[0]), text[:_MAX_CHARACTERS])
