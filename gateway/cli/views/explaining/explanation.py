"""View of an explanation: sentences for a person on call, an object for a program."""

from collections.abc import Iterator

from rich.console import Group, RenderableType

from gateway.cli.console import labelled, plain
from gateway.exchange.journal.explaining.explain import Explanation
from gateway.exchange.journal.explaining.holders import Holder


def view(explained: Explanation) -> Group:
    """The lines: event, certificate, fault, who must act, what to try."""
    return Group(*_parts(explained))


def _parts(explained: Explanation) -> Iterator[RenderableType]:
    exchange = explained.exchange
    yield plain(str(explained.sentence))
    yield labelled("Incident:", exchange.id)
    if exchange.fingerprint and explained.holder:
        yield from _certificate(exchange.fingerprint, explained.holder)
    if fault := explained.fault:
        yield labelled("The fault said:", f"{fault.code}: {fault.text}")
        if fault.incident and fault.incident != exchange.id:
            yield labelled("Incident number of the partner:", fault.incident)
    yield labelled("To act:", f"{explained.advice.actor}.")
    yield labelled("To try:", str(explained.advice.attempt))


def _certificate(fingerprint: str, holder: Holder) -> Iterator[RenderableType]:
    if holder.partner and holder.basis:
        yield labelled("Partner:", f"{holder.partner} ({holder.basis})")
    else:
        yield labelled("Partner:", "none: no partner has this certificate, or its subject")
    yield labelled("Certificate, SHA-256:", fingerprint)
    if found := holder.certificate:
        yield labelled("  subject:", found.subject)
        yield labelled("  issuer:", found.issuer)
        yield labelled("  serial:", found.serial)
        yield labelled(
            "  valid:", f"{found.not_before:%Y-%m-%d %H:%M} to {found.not_after:%Y-%m-%d %H:%M} UTC"
        )
    else:
        yield labelled("  subject:", "not noted: it was shown before this gateway noted them")


def as_json(explained: Explanation) -> dict[str, object]:
    """The same for a program; moments in ISO 8601."""
    exchange, holder, fault = explained.exchange, explained.holder, explained.fault
    found = holder.certificate if holder else None
    return {
        "id": exchange.id,
        "sentence": str(explained.sentence),
        "outcome": exchange.outcome,
        "partner": holder.partner if holder else exchange.caller or exchange.callee,
        "partner_by": holder.basis.name.lower() if holder and holder.basis else None,
        "fingerprint": exchange.fingerprint,
        "certificate": found
        and {
            "subject": found.subject,
            "issuer": found.issuer,
            "serial": found.serial,
            "valid_from": found.not_before.isoformat(),
            "valid_until": found.not_after.isoformat(),
        },
        "fault": fault and {"code": fault.code, "text": fault.text, "incident": fault.incident},
        "actor": explained.advice.actor.value,
        "attempt": str(explained.advice.attempt),
    }
