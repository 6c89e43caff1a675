"""Diagnostics for support: version, configuration, checks, and the last errors of a gateway.

No token, key, password or message is among it. Settings name files, whose content is left out;
user, path and query of an address are covered, because some hold a secret. At the end every
password that a file holds is covered wherever it stands.
"""

import http.client
import json
import os
import platform
import shutil
import sqlite3
import ssl
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

from gateway import __version__
from gateway.bootstrap.checks.config_probe import certificate_warnings, probe
from gateway.bootstrap.checks.named_files import file_problems
from gateway.bootstrap.clock import now
from gateway.bootstrap.configuration_text import covered, secrets_of, without_secrets
from gateway.bootstrap.gateway import build
from gateway.bootstrap.own_key_files import key_overview
from gateway.bootstrap.parts.alerts import current_alerts
from gateway.domain.errors import GatewayError
from gateway.exchange.ports import Exchange, JournalFilter
from gateway.settings import Settings, load_settings, settings_problems

_LAST_ERRORS = 200
_LOOKED_THROUGH = 5_000
_LISTENER_SECONDS = 3.0
_PAGES = {"health.json": "/health/ready", "metrics.txt": "/metrics"}


def support_files(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files of the archive: (name, content).

    A part that cannot be read says why in its place. Raises nothing for files or a database that
    are wrong, because support is asked about such gateways.
    """
    yield "versions.json", _json(_versions())
    problems = settings_problems(directory)
    if problems:
        yield "check-config.json", _json([problem.text for problem in problems])
        return
    settings = load_settings(directory)
    secrets = secrets_of(settings)
    parts: dict[str, Callable[[Settings], object]] = {
        "configuration.json": _configuration,
        "check-config.json": _checked,
        "keys.json": _keys,
        "alerts.json": _alerts,
        "last-errors.json": _last_errors,
        "database.json": _database,
        "disks.json": _disks,
    }
    for name, part in parts.items():
        yield name, without_secrets(secrets, _json(_read(part, settings)))
    for name, path in _PAGES.items():
        yield name, without_secrets(secrets, _page(settings, path))


def _read(part: Callable[[Settings], object], settings: Settings) -> object:
    try:
        return part(settings)
    except GatewayError as error:
        return {"error": error.code, "text": error.text}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str).encode() + b"\n"


def _versions() -> Mapping[str, object]:
    system = os.uname()
    packages = {each.metadata["Name"]: each.version for each in distributions()}
    return {
        "epix-gateway": __version__,
        "at": now().isoformat(),
        "python": platform.python_version(),
        "system": " ".join((system.sysname, system.release, system.machine)),
        "openssl": ssl.OPENSSL_VERSION,
        "sqlite": sqlite3.sqlite_version,
        "packages": dict(sorted(packages.items())),
    }


def _configuration(settings: Settings) -> object:
    """The settings in force, environment included."""
    return covered(settings.model_dump(mode="python"))


def _checked(settings: Settings) -> object:
    problems = [*file_problems(settings.directory), *probe(settings)]
    return {
        "problems": [problem.text for problem in problems],
        "warnings": list(certificate_warnings(settings)) if not problems else [],
    }


def _keys(settings: Settings) -> object:
    return [
        {
            "purpose": str(view.purpose),
            "role": view.role,
            "where": str(view.where),
            "used": view.used,
            "problem": view.problem,
            "sha256": view.certificate.sha256 if view.certificate else None,
            "subject": view.certificate.subject if view.certificate else None,
            "valid_until": view.certificate.valid_until if view.certificate else None,
        }
        for view in key_overview(settings)
    ]


def _alerts(settings: Settings) -> object:
    return [
        {"kind": alert.kind, "id": alert.id, "partner": alert.partner, "text": str(alert.sentence)}
        for alert in current_alerts(settings)
    ]


def _last_errors(settings: Settings) -> object:
    """The newest exchanges that did not go well: their attributes, no message."""
    with build(settings) as gateway:
        latest = gateway.store.journal.search(JournalFilter(), _LOOKED_THROUGH)
    failed = [exchange for exchange in latest if exchange.outcome != "ok"]
    return [_attributes(exchange) for exchange in failed[:_LAST_ERRORS]]


def _attributes(exchange: Exchange) -> Mapping[str, object]:
    return {
        "id": exchange.id,
        "at": exchange.began_at,
        "direction": exchange.direction.value,
        "operation": exchange.operation,
        "caller": exchange.caller,
        "callee": exchange.callee,
        "fingerprint": exchange.fingerprint,
        "outcome": exchange.outcome,
        "request_bytes": len(exchange.request),
        "answer_bytes": len(exchange.answer),
    }


def _database(settings: Settings) -> object:
    with build(settings) as gateway:
        return gateway.store.figures() | {
            "unsealed_seconds": gateway.heads.unsealed_seconds(),
            "replica_lag_seconds": gateway.store.replica_lag_seconds(),
        }


def _disks(settings: Settings) -> object:
    usage = shutil.disk_usage(settings.directory)
    data = settings.directory / "data"
    sizes = {file.name: file.stat().st_size for file in sorted(data.glob("*")) if file.is_file()}
    return {"total": usage.total, "free": usage.free, "data": sizes}


def _page(settings: Settings, path: str) -> bytes:
    """A page of the running gateway's listener for operators."""
    operations = settings.operations
    if not operations.enabled:
        return b"not asked: [operations] enabled is false\n"
    connection = http.client.HTTPConnection(
        operations.listen.host or "127.0.0.1", operations.listen.port, timeout=_LISTENER_SECONDS
    )
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {type(error).__name__}; is `serve` running?\n".encode()
    finally:
        connection.close()
