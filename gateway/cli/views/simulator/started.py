"""View of a stand-in that has started: addresses, permits, and how to ask and switch it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gateway.dialects import CertificateUse

if TYPE_CHECKING:
    from gateway.bootstrap import Misbehaviour, Simulator


def lines(
    simulator: "Simulator", country: str, misbehaviour: "Misbehaviour | None", *, with_tls: bool
) -> Iterator[str]:
    """Lines for a person. The tokens are samples, so they may be shown."""
    dialect = simulator.dialect
    yield f"✓ {dialect.name} is answered at {simulator.address}  Ctrl-C stops it."
    yield f"STAND-IN for {dialect.title}: invented permits, no real service."
    names = ", ".join(each.names[0].operation for each in dialect.operations.values())
    yield f"Operations: {names}.  Namespace: {simulator.namespace}"
    if misbehaviour:
        yield f"It misbehaves: it {misbehaviour.effect}."
    yield "Permits:"
    for permit in simulator.permits:
        token = permit.token or "(none)"
        yield f"  permit {permit.number}  token {token}  {permit.purpose}"
    yield "For conf/partners.toml of the gateway that asks:"
    yield from (f"  {line}" for line in _partner(simulator, country, with_tls=with_tls))
    if simulator.control_address:
        yield "Switch it while it runs, from this machine:"
        yield f"  curl -X PUT {simulator.control_address}misbehaviour/slow"
        yield f"  curl -X DELETE {simulator.control_address}misbehaviour"


def as_json(
    simulator: "Simulator", country: str, misbehaviour: "Misbehaviour | None", *, with_tls: bool
) -> dict[str, object]:
    """The same for a program."""
    keys = simulator.keys
    return {
        "dialect": simulator.dialect.name,
        "country": country,
        "address": simulator.address,
        "control": simulator.control_address,
        "namespace": simulator.namespace,
        "misbehaviour": misbehaviour,
        "permits": [
            {"number": permit.number, "token": permit.token, "purpose": permit.purpose}
            for permit in simulator.permits
        ],
        "keys": (
            {"ca": str(keys.ca), "certificate": str(keys.certificate), "key": str(keys.key)}
            if with_tls
            else None
        ),
    }


def _partner(simulator: "Simulator", country: str, *, with_tls: bool) -> Iterator[str]:
    dialect, keys = simulator.dialect, simulator.keys
    yield "[[partner]]"
    yield f'key = "{country.lower()}-stand-in"'
    yield f'country = "{country}"'
    yield f'dialect = "{dialect.name}"'
    yield f'address = "{simulator.address}"'
    if dialect.form.namespace is None:
        yield f'service_namespace = "{simulator.namespace}"'
    if with_tls:
        yield f'ca_file = "{keys.ca}"'
        yield f'seal_anchors_file = "{keys.ca}"'
        if dialect.login.client_certificate is CertificateUse.REQUIRED:
            yield f"# Its callers show {keys.certificate} (key {keys.key}),"
            yield "# or a client certificate of the CA that --client-ca names."
    if dialect.values or dialect.login.message_security != "none":
        yield "# User name and password of its log-in: stand-in, stand-in."
