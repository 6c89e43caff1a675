"""Replayer: recordings against our own client, against a server, and as a partner that answers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.bootstrap.recordings.judging import box_of, outcome_of
from gateway.bootstrap.simulator.simulator import Simulator
from gateway.domain.errors import RecordingInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.http import HttpAnswer, HttpRequest
from gateway.loopback import is_loopback_host
from gateway.partners.faults import Failure, partner_failed
from gateway.partners.messages import Message as OwnMessage
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport
from gateway.recordings import files
from gateway.recordings.recording import End, Message, Recording, Way
from gateway.recordings.replaying.answering import Replay
from gateway.recordings.replaying.requests import Received, ReplayResult, replay
from gateway.settings.dialects.load import load_dialect
from gateway.simulator.misbehaviour import Misbehaviour
from gateway.simulator.server import listening
from gateway.wire.namespaces import SOAP_12

_MAX_REPLY_BYTES = 32 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_START_BYTES = 1_024
"""Of a message, in which its namespace stands."""


@dataclass(frozen=True, slots=True)
class ReplayIdentity:
    """TLS of a replay. ca_file: of the server; None: CAs of the system.  Both others: ours."""

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None


def recordings_in(folders: Sequence[Path]) -> tuple[Recording, ...]:
    """The recordings of several folders, digests compared. Raises RecordingInvalid."""
    found = tuple(
        recording
        for folder in folders
        for recording in files.read(_set_of(folder)).recordings
        if _is_wanted(recording, folder)
    )
    if not found:
        raise RecordingInvalid("There is no recording in what was named.")
    return found


def replay_to_client(
    recordings: Sequence[Recording], silence_seconds: float = 1.0
) -> Iterator[ReplayResult]:
    """Let our own client ask for each answer that a partner gave, over a server on this machine.

    The outcome is the one that our client comes to now. silence_seconds: longest wait for an answer
    that never comes. Recordings of requests to us are left out.
    """
    wanted = [each for each in recordings if each.way is Way.OUT]
    with answering(wanted) as server:
        send = _sender(server.address, ReplayIdentity(), silence_seconds)
        judged = _Outcomes(send)
        for result in replay(wanted, judged, box_of, time.monotonic):
            yield replace(result, outcome=judged.outcomes[-1], differences=())


def replay_to_server(
    recordings: Sequence[Recording],
    address: str,
    identity: ReplayIdentity,
    ignored: Sequence[str] = (),
    seconds: float = 30.0,
) -> Iterator[ReplayResult]:
    """Send each recorded request to a server, and compare its answers with those recorded.

    Raises ValueError for an address that cannot be used.
    """
    send = _sender(address, identity, seconds)
    return replay(recordings, send, box_of, time.monotonic, ignored)


@dataclass(frozen=True, slots=True)
class ReplayPartner:
    """A running partner. address: of its service.  replay: source of its answers."""

    address: str
    replay: Replay


@contextmanager
def answering(
    recordings: Sequence[Recording], host: str = "127.0.0.1", port: int = 0
) -> Iterator[ReplayPartner]:
    """A partner that gives the recorded answers, over plain HTTP on this machine alone.

    Raises RecordingInvalid for another host, CannotListen.
    """
    if not is_loopback_host(host):
        raise RecordingInvalid(
            f"{host} is not this machine: recordings are served on loopback alone."
        )
    replay = Replay(recordings, box_of)

    def site(request: HttpRequest) -> tuple[HttpAnswer, Misbehaviour | None]:
        answer, end = replay(request)
        if end is End.CLOSED:
            raise ConnectionAbortedError("as it was recorded")
        return answer, Misbehaviour.DEAD if end is End.TIMED_OUT else None

    shown = f"[{host}]" if ":" in host else host
    with listening(host, port, site) as listened:
        yield ReplayPartner(f"http://{shown}:{listened}/epix", replay)


@contextmanager
def simulated_partner(dialect: str) -> Iterator[str]:
    """Address of a stand-in, while the block lasts. Raises KeyError, SettingsInvalid."""
    with Simulator(load_dialect(dialect)) as simulator:
        yield simulator.address


def _set_of(folder: Path) -> Path:
    """The folder of the set: the one that is named, or the one above a single recording."""
    return folder if (folder / files.INDEX).is_file() or not folder.is_dir() else folder.parent


def _is_wanted(recording: Recording, folder: Path) -> bool:
    return _set_of(folder) == folder or recording.name == folder.name


@dataclass(slots=True)
class _Outcomes:
    """A sender that also judges each answer as our client does."""

    send: Callable[[Recording], Received]
    outcomes: list[str] = field(default_factory=list)

    def __call__(self, recording: Recording) -> Received:
        received = self.send(recording)
        if received.problem is not None:
            self.outcomes.append(received.problem)
        else:
            self.outcomes.append(
                outcome_of(recording.operation, received.status or 0, received.answer)
            )
        return received


def _sender(
    address: str, identity: ReplayIdentity, seconds: float
) -> Callable[[Recording], Received]:
    """Sends the request of a recording as it is. Raises ValueError, SettingsInvalid."""
    transport = Transport(
        PartnerProfile(
            key="replay",
            country=IsoCountryCode("XX"),
            address=address,
            dialect=load_dialect("standard-v2"),
            soap="1.1",
            send_country=True,
            connect_timeout_seconds=min(seconds, _CONNECT_SECONDS),
            read_timeout_seconds=seconds,
            total_timeout_seconds=seconds,
            max_reply_bytes=_MAX_REPLY_BYTES,
            ca_file=identity.ca_file,
            certificate_file=identity.certificate_file,
            key_file=identity.key_file,
        )
    )

    def send(recording: Recording) -> Received:
        raw, problem = RawAnswer(), None
        try:
            transport.exchange(OwnMessage(_headers(recording), recording.request.body), raw)
        except Failure as failure:
            problem = partner_failed("The server", failure).code
        return Received(raw.status, Message(bytes(raw.body), raw.content_type), problem)

    return send


def _headers(recording: Recording) -> dict[str, str]:
    """Content-Type, and SOAPAction for SOAP 1.1: empty where it was not recorded."""
    is_newer = SOAP_12.encode() in recording.request.body[:_START_BYTES]
    media = "application/soap+xml; charset=utf-8" if is_newer else "text/xml; charset=utf-8"
    headers = {"Content-Type": recording.request.content_type or media}
    return headers if is_newer else {**headers, "SOAPAction": recording.soap_action or '""'}
