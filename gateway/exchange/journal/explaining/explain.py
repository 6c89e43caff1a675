"""Explanation of an exchange: event, parties, words of the fault, and the party that must act."""

from collections.abc import Callable
from dataclasses import dataclass

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
    sentence: str
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


def _sentence(exchange: Exchange, holder: Holder | None) -> str:
    at = f"{exchange.began_at:%Y-%m-%d at %H:%M:%S} UTC"
    permit = f" for permit {exchange.permit_number}" if exchange.permit_number else ""
    what = f"{exchange.operation or 'an operation that was not read'}{permit}"
    seconds = (exchange.ended_at - exchange.began_at).total_seconds()
    if exchange.direction is Direction.OWN:
        return f"On {at} our own staff, or this gateway itself, recorded {what}."
    if exchange.operation == HANDSHAKE:
        reason = exchange.answer.decode("utf-8", errors="replace")
        return (
            f"On {at} a caller was refused before it could ask, in the TLS handshake: {reason}. TLS"
            " does not give out a certificate that it refuses, so nothing says whose it was."
        )
    if exchange.direction is Direction.OUT:
        asker, answerer = "this gateway", f"{exchange.callee or 'a partner'}"
    else:
        asker, answerer = _caller(exchange, holder), "this gateway"
    done = (
        f"got its answer after {seconds:.1f} seconds"
        if exchange.outcome == "ok"
        else f"got none: {exchange.outcome}, after {seconds:.1f} seconds"
    )
    return f"On {at} {asker} asked {answerer}: {what}. It {done}."


def _caller(exchange: Exchange, holder: Holder | None) -> str:
    if exchange.caller:
        return f"partner {exchange.caller}"
    if holder and holder.partner:
        return f"a caller whose certificate is partner {holder.partner}'s"
    return "a caller that is not known here"
