"""Recorder: exchanges of the journal or of a HAR file become a folder of recordings."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from gateway.bootstrap.clock import now
from gateway.bootstrap.recordings.judging import outcome_of
from gateway.crypto.permit_seal.remaking import SealRemaking
from gateway.domain.errors import RecordingInvalid
from gateway.exchange.ports import Exchange
from gateway.recordings import files, har
from gateway.recordings.journal_exchanges import raw_exchange
from gateway.recordings.recording import RawExchange, RecordingSet
from gateway.recordings.redaction.leak_check import LeakCheck
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.redact import Redaction

_SECRET_BYTES = 32


def recordable(exchanges: Sequence[Exchange]) -> tuple[list[RawExchange], list[str]]:
    """Exchanges as they are recorded, and a sentence for each record that cannot be."""
    taken, left_out = [], []
    for exchange in exchanges:
        try:
            taken.append(raw_exchange(exchange, outcome_of))
        except RecordingInvalid as refused:
            left_out.append(refused.text)
    return taken, left_out


def har_exchanges(file: Path) -> list[RawExchange]:
    """The exchanges of a HAR file. Raises RecordingInvalid."""
    return har.read(file, outcome_of)


def write_har(recordings: RecordingSet) -> bytes:
    """A HAR file of recordings, redacted as they are."""
    return har.written(recordings.recordings)


def write_recordings(exchanges: Sequence[RawExchange], folder: Path) -> RecordingSet:
    """Redact, check, and write into a new folder. Raises RecordingInvalid.

    The secret of the pseudonyms ends with this function.
    """
    pseudonyms = Pseudonyms(secrets.token_bytes(_SECRET_BYTES))
    recordings = Redaction(pseudonyms, SealRemaking(now)).redacted(exchanges)
    messages = [
        message.body
        for recording in recordings.recordings
        for message in (recording.request, recording.answer)
    ]
    check = LeakCheck.of(pseudonyms, messages)
    files.write(recordings, folder, check.require_clean)
    return recordings
