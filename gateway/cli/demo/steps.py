"""Steps of the demonstration: each does a part of an exchange and reports the result, or fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

from rich.console import RenderableType

from gateway.cli.demo.two_gateways import Country, TwoGateways
from gateway.cli.views.foreign.verdict import in_a_line
from gateway.cli.views.permit import view
from gateway.domain.errors import PartnerFault, RecordInvalid
from gateway.domain.ledger.endorsement import ConfirmationState, SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import plain
from gateway.domain.permit.status import Status
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit, NotShown
from gateway.exchange.ports import NationalRecord, OutgoingConfirmation, PartnerState

if TYPE_CHECKING:
    from gateway.bootstrap import Gateway, PermitsPart

_WRONG_TOKEN = "WRONG-0000-0000"  # noqa: S105  # a token that matches no permit, on purpose


class StepFailed(Exception):
    """A step without the expected result. text: a sentence."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Step:
    """A step. title: for a person.  command: the same on the command line.

    run: does it; returns the result in words, and an object for Rich or None. Raises StepFailed,
    or a GatewayError.
    """

    title: str
    command: str
    run: Callable[[], tuple[str, RenderableType | None]]


@dataclass(slots=True)
class Exchange:
    """The demonstration: its permit, and the answers so far.

    mozambique, south_africa: each side as its own officers use it; partners reach it over HTTPS.
    """

    gateways: TwoGateways
    mozambique: "Gateway"
    south_africa: "Gateway"
    permit: Permit | None = None
    token: str | None = None
    first: OutgoingConfirmation | None = None
    seen: list[SeenQuantity] = field(default_factory=list)

    def steps(self) -> Iterator[Step]:
        """All steps in their order; a step may need the results of those before it."""
        for country, gateway in zip(
            self.gateways.both, (self.mozambique, self.south_africa), strict=True
        ):
            yield Step(
                f"{country.name} publishes the permits of its national system",
                f"publish {country.records}",
                partial(self._publish, country, gateway.permits),
            )
        number = self._number
        yield Step("South Africa asks Mozambique for a permit", f"ask MZ {number}", self._ask)
        yield Step("A wrong token opens nothing", f"ask MZ {number}", self._wrong_token)
        yield Step("There is no final certificate yet", f"ask MZ {number} --final", self._not_final)
        typed = " ".join(f"{line.position}={line.amount}" for line in self.seen)
        yield Step(
            "South African customs confirm what they counted",
            f"confirm MZ {number} {typed}",
            self._confirm,
        )
        yield Step(
            "The same confirmation again changes nothing",
            f"confirm MZ {number} {typed}",
            self._repeat,
        )
        yield Step("The final certificate carries box 14", f"ask MZ {number} --final", self._final)
        yield Step("South Africa asks whether Mozambique's service is up", "state MZ", self._state)

    @property
    def _number(self) -> str:
        return self._asked.number.text

    @property
    def _asked(self) -> Permit:
        if self.permit is None:
            raise StepFailed("No permit was published that South Africa could ask for.")
        return self.permit

    def _publish(self, country: Country, permits: "PermitsPart") -> tuple[str, None]:
        count, gaps = 0, []
        with resources.as_file(
            resources.files("adapters.national.examples") / country.records
        ) as file:
            for record in permits.source_of(file).records(file):
                if isinstance(record, RecordInvalid):
                    raise StepFailed(
                        f"Row {record.row} of {country.records} was refused: {record.text}"
                    )
                published = permits.publish.publish(record)
                gaps += [
                    f"; {published.number} not as {version}: {why.text}"
                    for version, why in published.unavailable
                ]
                count += 1
                self._consider(country, record)
        return f"{count} permits, ready to be answered as v1 and v2 documents{''.join(gaps)}", None

    def _consider(self, country: Country, record: NationalRecord) -> None:
        """Choose the permit: for South Africa, confirmable line by line, with the most lines."""
        permit = record.permit
        if country is not self.gateways.mozambique or not _is_suitable(record):
            return
        if self.permit is None or len(permit.positions) > len(self.permit.positions):
            self.permit = permit
            self.token = record.token.text if record.token else None
            self.seen = [
                SeenQuantity(line.id, plain(line.quantity.amount))
                for line in permit.positions
                if line.quantity
            ]

    def _get(self, token: str | None, *, final: bool) -> ForeignPermit:
        answer = self.south_africa.partners.ask.ask("MZ", self._number, token, final)
        if isinstance(answer, NotShown):
            raise StepFailed(answer.error.text)
        return answer

    def _refusal(self, token: str | None, *, final: bool) -> str:
        """The code by which the partner refuses. Raises StepFailed where it does not."""
        try:
            self._get(token, final=final)
        except PartnerFault as refusal:
            return refusal.partner_code
        raise StepFailed("The question was answered, and should have been refused.")

    def _ask(self) -> tuple[str, RenderableType]:
        foreign = self._get(self.token, final=False)
        lines = len(foreign.permit.positions)
        if lines != len(self._asked.positions):
            raise StepFailed(f"The permit came with {lines} lines, and was published with others.")
        result = (
            f"over mutual TLS, as a {foreign.reply.version} document of {lines} lines;"
            f" {_sealed(foreign)}"
        )
        return result, view(foreign.permit)

    def _wrong_token(self) -> tuple[str, None]:
        return _expect(self._refusal(_WRONG_TOKEN, final=False), "CertificateNotFound"), None

    def _not_final(self) -> tuple[str, None]:
        return _expect(self._refusal(self.token, final=True), "CertificateNotFinal"), None

    def _report(self) -> OutgoingConfirmation:
        outbox = self.south_africa.outbox
        return outbox.deliver.deliver(
            outbox.book.book("MZ", self._number, self.token, self.seen, "customs of the demo")
        )

    def _confirm(self) -> tuple[str, None]:
        self.first = self._report()
        if self.first.outcome != ConfirmationState.CONFIRMED:
            raise StepFailed(f"Mozambique answered {self.first.outcome} instead of CONFIRMED.")
        return f"CONFIRMED, kept as event {self.first.confirmation_id}", None

    def _repeat(self) -> tuple[str, None]:
        again = self._report()
        if again.outcome != ConfirmationState.ALREADY_CONFIRMED or self.first is None:
            raise StepFailed(f"Mozambique answered {again.outcome} instead of ALREADY_CONFIRMED.")
        if again.confirmation_id != self.first.confirmation_id:
            raise StepFailed("Mozambique answered with another event than the first time.")
        return "ALREADY_CONFIRMED, the same event as before", None

    def _final(self) -> tuple[str, RenderableType]:
        foreign = self._get(self.token, final=True)
        final = foreign.permit
        confirmed = {
            line.id: line.examination.quantity for line in final.positions if line.examination
        }
        for line in self.seen:
            quantity = confirmed.get(line.position)
            if quantity is None or plain(quantity.amount) != line.amount:
                raise StepFailed(
                    f"Box 14 of line {line.position} does not show the confirmed {line.amount}."
                )
        return (
            f"box 14 of {len(self.seen)} lines shows what was confirmed; {_sealed(foreign)}",
            view(final),
        )

    def _state(self) -> tuple[str, None]:
        ((_, state),) = self.south_africa.partners.states.ask("MZ")
        if not isinstance(state, PartnerState) or state.state != "OK":
            raise StepFailed("Mozambique's service does not say OK.")
        return f"OK, version {state.version}, at {state.time}", None


def _sealed(foreign: ForeignPermit) -> str:
    """`sealed and valid, signed by ...`. Raises StepFailed for any other verdict."""
    if foreign.verdict.worth is not SealStatus.SEALED_VALID:
        raise StepFailed(f"The permit is not sealed as it should be: {foreign.verdict.reason}")
    return in_a_line(foreign.verdict)


def _is_suitable(record: NationalRecord) -> bool:
    permit = record.permit
    country = permit.importer.country if permit.importer else None
    return (
        record.status is Status.ISSUED
        and record.token is not None
        and country is not None
        and country.code == "ZA"
        and not permit.document_type.multi_use
        and all(line.quantity is not None and line.examination is None for line in permit.positions)
    )


def _expect(code: str, expected: str) -> str:
    if code != expected:
        raise StepFailed(f"Mozambique refused with {code} instead of {expected}.")
    return f"refused: {code}"
