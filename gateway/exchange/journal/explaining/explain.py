"""Explanation of an exchange: event, parties, words of the fault, and the party that must act."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.domain.people.sentence import Sentence
from gateway.exchange.journal.explaining.advice import Advice, advice
from gateway.exchange.journal.explaining.holders import CertificateHolders, Holder
from gateway.exchange.journal.refused_handshake import OPERATION as HANDSHAKE
from gateway.exchange.ports import Direction, Exchange


@dataclass(frozen=True, slots=True)
class FaultWords:
    """Words of a fault, as they stand in the answer: text of others where a partner wrote it.

    code, text: may be empty.  incident: the number of the gateway that answered, None for none.
    """

    code: str
    text: str
    incident: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Explanation of an exchange.

    sentence: the event, in our own words and values of the record.
    holder: of the client certificate; None where none was shown.
    fault: None where the answer was none.
    """

    exchange: Exchange
    sentence: Sentence
    holder: Holder | None
    fault: FaultWords | None
    advice: Advice


@dataclass(frozen=True, slots=True)
class ExplainExchange:
    """Use case: explain an exchange. fault_in: the fault in an answer; None without one."""

    holders: CertificateHolders
    fault_in: Callable[[bytes], FaultWords | None]

    def explain(self, exchange: Exchange) -> Explanation:
        """Explain a record of the journal. Raises ServiceUnavailable."""
        by_us = exchange.direction is Direction.OUT
        holder = self.holders.of(exchange.fingerprint) if exchange.fingerprint else None
        return Explanation(
            exchange,
            _sentence(exchange, holder),
            holder,
            None if exchange.outcome == "ok" else self.fault_in(exchange.answer),
            advice(exchange.outcome, by_us=by_us),
        )


def _sentence(exchange: Exchange, holder: Holder | None) -> Sentence:
    began = exchange.began_at
    values: dict[str, object] = {
        "day": f"{began:%Y-%m-%d}",
        "time": f"{began:%H:%M:%S}",
        "what": _what(exchange),
        "seconds": f"{(exchange.ended_at - began).total_seconds():.1f}",
        "outcome": exchange.outcome,
    }
    if exchange.direction is Direction.OWN:
        return Sentence(
            "On {day} at {time} UTC our own staff, or this gateway itself, recorded {what}.", values
        )
    if exchange.operation == HANDSHAKE:
        reason = exchange.answer.decode("utf-8", errors="replace")
        return Sentence(
            "On {day} at {time} UTC a caller was refused before it could ask, in the TLS handshake:"
            " {reason}. TLS does not give out a certificate that it refuses, so nothing says whose"
            " it was.",
            {**values, "reason": reason},
        )
    if exchange.direction is Direction.OUT:
        values |= {"asker": _US, "answerer": exchange.callee or Sentence("a partner")}
    else:
        values |= {"asker": _caller(exchange, holder), "answerer": _US}
    if exchange.outcome == "ok":
        return Sentence(
            "On {day} at {time} UTC {asker} asked {answerer}: {what}. It got its answer after"
            " {seconds} seconds.",
            values,
        )
    return Sentence(
        "On {day} at {time} UTC {asker} asked {answerer}: {what}. It got none: {outcome}, after"
        " {seconds} seconds.",
        values,
    )


def _what(exchange: Exchange) -> Sentence | str:
    operation = exchange.operation or Sentence("an operation that was not read")
    if not exchange.permit_number:
        return operation
    return Sentence(
        "{operation} for permit {permit}",
        {"operation": operation, "permit": exchange.permit_number},
    )


_US = Sentence("this gateway")


def _caller(exchange: Exchange, holder: Holder | None) -> Sentence:
    if exchange.caller:
        return Sentence("partner {partner}", {"partner": exchange.caller})
    if holder and holder.partner:
        return Sentence(
            "a caller whose certificate is partner {partner}'s", {"partner": holder.partner}
        )
    return Sentence("a caller that is not known here")
