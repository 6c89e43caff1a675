"""View of the sandbox: its cases as a table and as JSON, and what `serve --sandbox` prints."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from gateway.cli.views.tables import Records
from gateway.domain.partner import OperationName
from gateway.exchange.sandbox.cases import SandboxCase, sandbox_cases
from gateway.settings import Settings
from schemas import DEFAULT_VERSION, VERSIONS

_COLUMNS = ("Number", "Token", "Country", "Call", "Outcome", "Purpose")


def table(cases: Sequence[SandboxCase]) -> RenderableType:
    """A row for each case. Numbers, tokens and outcomes are shown whole."""
    records = Records(_COLUMNS, frozenset({"Number", "Token", "Outcome"}))
    for case in cases:
        records.add_row(
            case.number,
            case.token or "(none)",
            case.country,
            _call(case),
            case.outcome,
            case.purpose,
        )
    return records


def as_json(case: SandboxCase) -> dict[str, object]:
    """The same for a program."""
    return {
        "number": case.number,
        "token": case.token or None,
        "country": case.country,
        "version": case.version,
        "operation": case.operation.value,
        "quantities": [list(pair) for pair in case.quantities],
        "outcome": case.outcome,
        "fault": case.is_fault,
        "purpose": case.purpose,
    }


def instructions(settings: Settings, ca_fingerprint: str | None) -> Iterator[str]:
    """Lines that `serve --sandbox` prints: its purpose, its permits, and a first call.

    ca_fingerprint: of the CA of a sandbox with TLS; None without TLS.
    The tokens are samples, so they may be shown.
    """
    address, cases = settings.gateway.public_address, sandbox_cases()
    minutes = settings.server.reset_minutes
    callers = "holders of its client certificate" if ca_fingerprint else "callers on this machine"
    yield (
        f"SANDBOX: sample permits, for all {callers}; everything is thrown away when it stops"
        f"{f', and every {minutes} minutes' if minutes else ''}."
    )
    yield f"Page with the permits and their outcomes: {address}/epix/sandbox"
    yield from _permits(cases)
    yield f"Back to its beginning: epix-gateway sandbox reset --dir {settings.directory}"
    if ca_fingerprint:
        yield f"SHA-256 of its CA, to compare: {ca_fingerprint}"
        yield "Files for a caller:"
        yield from _downloads(address)
    yield "Try:"
    yield _first_call(address, cases[0], with_tls=bool(ca_fingerprint))


def _permits(cases: Sequence[SandboxCase]) -> Iterator[str]:
    """Number, token and first purpose of each permit."""
    seen = set()
    for case in cases:
        if case.number not in seen:
            seen.add(case.number)
            yield f"  permit {case.number}  token {case.token or '(none)'}  {case.outcome}"


def _first_call(address: str, case: SandboxCase, *, with_tls: bool) -> str:
    """The command of curl that asks for the permit of a case. address: public, without a path."""
    version = VERSIONS[DEFAULT_VERSION]
    request = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<q:{OperationName.GET_NON_FINAL}Request xmlns:q="{version.namespace}">'
        f"<CertificateNumber>{case.number}</CertificateNumber><TokenId>{case.token}</TokenId>"
        f"<IsoCountryCode>{case.country}</IsoCountryCode>"
        f"</q:{OperationName.GET_NON_FINAL}Request></e:Body></e:Envelope>"
    )
    files = " --cacert ca.pem --cert client.pem --key client.key" if with_tls else ""
    return (
        f"curl -s{files} {address}/epix/{version.name} -H 'Content-Type: text/xml; charset=utf-8'"
        f" -d '{request}'"
    )


def _downloads(address: str) -> Iterator[str]:
    """Commands of curl that fetch the CA, the client certificate and its key.

    The CA is fetched before it can be verified, so its fingerprint is compared.
    """
    yield f"curl -sSk {address}/epix/sandbox/ca.pem -o ca.pem"
    for name in ("client.pem", "client.key"):
        yield f"curl -sS --cacert ca.pem {address}/epix/sandbox/{name} -o {name}"


def _call(case: SandboxCase) -> str:
    quantities = " ".join(f"{letter}={quantity}" for letter, quantity in case.quantities)
    return " ".join(filter(None, (case.operation.value, case.version, quantities)))
