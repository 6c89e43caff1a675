"""Partner check: the service of a partner is tried step by step, with the side that must act.

The steps build on each other: where one fails, those that need it are not tried. Certificates are
looked at beside the handshake that decides on them, as a date says more than a refusal.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.errors import GatewayError, OperationNotAvailable, PartnerFault
from gateway.domain.summary import Summary
from gateway.exchange.ports import Clock, PartnerState

SOON_DAYS = 30
"""A certificate that ends within these days is a warning."""

_MOST_SAID = 300
"""Characters of a partner's own words that are shown."""


class StepResult(StrEnum):
    """Result of a step."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_TRIED = "not-tried"


class Actor(StrEnum):
    """The side that must act on what a step found."""

    WE = "we"
    PARTNER = "partner"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate for display. sha256: lower-case hex.  names: hosts and addresses it is for.

    serial: lower-case hex.  valid_from, valid_until: aware.
    """

    subject: str
    issuer: str
    serial: str
    names: tuple[str, ...]
    sha256: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the check.

    text: the finding, with the advice.  acts: the side that must act on it.
    certificate: that the step is about, if any.
    """

    name: str
    result: StepResult
    text: str = ""
    acts: Actor | None = None
    certificate: ShownCertificate | None = None


class ServiceSteps(Protocol):
    """Steps towards a partner's service. Every method raises PartnerFailed."""

    def addresses(self) -> Sequence[str]:
        """Return the network addresses of its host."""

    def connect(self) -> str:
        """Return the network address that takes a connection."""

    def chain(self) -> Sequence[bytes]:
        """Return the certificates that its server shows, DER, not verified; its own first."""

    def verify(self) -> str:
        """Verify certificate and host name; return the TLS version, empty for plain http."""

    def wsdl(self) -> str:
        """Return the namespace of the WSDL that it publishes."""


_FAULTS = {
    "CertificateMissing": Actor.WE,
    "TooManyRequests": Actor.WE,
    "VersionMismatch": Actor.WE,
    "InvalidRequest": Actor.WE,
    "MessageExpired": Actor.WE,
    "CalleeNotFound": Actor.BOTH,
    "SignatureMissing": Actor.BOTH,
    "SignatureInvalid": Actor.BOTH,
    "SignerNotTrusted": Actor.BOTH,
}
"""The side that must act by the code of a partner's fault; the partner on any other."""


@dataclass(frozen=True, slots=True)
class PartnerCheck:
    """Use case: check the way to one partner.

    read: certificates of a chain (DER) for display; raises ValueError.
    own: our client certificate; None where none is configured.
    state: asks ServiceState.  permit: asks for a test permit; None: none is asked for.
    """

    service: ServiceSteps
    read: Callable[[Sequence[bytes]], Sequence[ShownCertificate]]
    own: Callable[[], ShownCertificate | None]
    state: Callable[[], PartnerState]
    permit: Callable[[], Summary] | None
    clock: Clock

    def steps(self) -> Iterator[Step]:
        """Yield each step when it is done."""
        reached, verified = False, False
        yield (name := _tried("name", lambda: ", ".join(self.service.addresses()), Actor.BOTH))
        if _passed(name):
            yield (tcp := _tried("connection", self.service.connect, Actor.PARTNER))
            reached = _passed(tcp)
        else:
            yield Step("connection", StepResult.NOT_TRIED)
        if reached:
            *of_chain, trust = self._tls()
            yield from (*of_chain, trust)
            verified = _passed(trust)
        else:
            yield from (Step(each, StepResult.NOT_TRIED) for each in ("certificate", "trust"))
        yield (own := self._own())
        for name_of, attempt in (("WSDL", self.service.wsdl), ("ServiceState", self._state)):
            yield (
                self._asked(name_of, attempt, own)
                if verified
                else Step(name_of, StepResult.NOT_TRIED)
            )
        if self.permit:
            yield (
                self._asked("permit", self._permit, own)
                if verified
                else Step("permit", StepResult.NOT_TRIED)
            )

    def _tls(self) -> Iterator[Step]:
        try:
            chain = self.read(self.service.chain())
        except GatewayError as error:
            yield Step("certificate", StepResult.FAILED, error.text, Actor.PARTNER)
        except ValueError:
            text = "The server shows a certificate that cannot be read."
            yield Step("certificate", StepResult.FAILED, text, Actor.PARTNER)
        else:
            yield from (self._dates("certificate", each, Actor.PARTNER) for each in chain)
        yield _tried("trust", self.service.verify, Actor.BOTH)

    def _own(self) -> Step:
        try:
            own = self.own()
        except GatewayError as error:
            return Step("our certificate", StepResult.FAILED, error.text, Actor.WE)
        if own is None:
            text = "No client certificate of ours is configured ([client]); most services want one."
            return Step("our certificate", StepResult.WARNING, text, Actor.WE)
        return self._dates("our certificate", own, Actor.WE)

    def _dates(self, name: str, shown: ShownCertificate, acts: Actor) -> Step:
        now, end = self.clock(), shown.valid_until
        about = shown.subject + (f"; for {', '.join(shown.names)}" if shown.names else "")
        result = StepResult.FAILED
        if now > end:
            text = f"Expired on {end:%Y-%m-%d at %H:%M UTC}: {about}"
        elif now < shown.valid_from:
            text = f"Valid from {shown.valid_from:%Y-%m-%d %H:%M UTC} on only: {about}"
        elif (days := (end - now).days) < SOON_DAYS:
            result = StepResult.WARNING
            text = f"Ends in {days} days, on {end:%Y-%m-%d at %H:%M UTC}: {about}"
        else:
            return Step(name, StepResult.OK, f"Until {end:%Y-%m-%d}: {about}", certificate=shown)
        return Step(name, result, text, acts, shown)

    def _asked(self, name: str, attempt: Callable[[], str], own: Step) -> Step:
        """A step after TLS stands. Where our own certificate is wrong, that is the cause."""
        ours_is_wrong = own.result is StepResult.FAILED
        acts = Actor.WE if ours_is_wrong else Actor.BOTH if name != "WSDL" else Actor.PARTNER
        step = _tried(name, attempt, acts)
        # Few services publish a WSDL to anybody, and nothing depends on it.
        if name == "WSDL" and step.result is StepResult.FAILED and not ours_is_wrong:
            return Step(name, StepResult.WARNING, step.text, step.acts)
        return step

    def _state(self) -> str:
        answer = self.state()
        said = (answer.state or "up", answer.version and f"version {answer.version}", answer.time)
        return ", ".join(part for part in said if part)

    def _permit(self) -> str:
        assert self.permit is not None  # noqa: S101  # asked for only then
        return self.permit().outcome.text()


def _tried(name: str, attempt: Callable[[], str], acts: Actor) -> Step:
    try:
        return Step(name, StepResult.OK, attempt())
    except OperationNotAvailable as missing:  # its dialect says so; nothing was sent
        return Step(name, StepResult.WARNING, missing.text)
    except PartnerFault as fault:
        actor = _FAULTS.get(fault.partner_code, Actor.PARTNER)
        said = f"{fault.partner_code}: {fault.partner_text}"[:_MOST_SAID]
        text = f"{fault.text} It says {said}"
        return Step(name, StepResult.FAILED, text, actor)
    except GatewayError as error:
        return Step(name, StepResult.FAILED, error.text, acts)


def _passed(step: Step) -> bool:
    return step.result in (StepResult.OK, StepResult.WARNING)
