"""`check-config`: would the gateway start, and what should somebody look at before it does?"""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from gateway import bootstrap
from gateway.cli.console import voice
from gateway.cli.exits import EXITS
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.domain.errors import SettingsInvalid
from gateway.settings import PartnerSettings, ServerMode, Settings, settings_problems
from gateway.signatures.certificates import CertificateUnreadable, certificates

_SOON = timedelta(days=30)


def check_config(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Check the whole configuration and say everything that is wrong with it."""
    problems = settings_problems(directory)
    if problems:
        for problem in problems:
            voice().complain(problem.text)
        voice().tell({"ok": False, "problems": [_described(problem) for problem in problems]})
        raise typer.Exit(EXITS[SettingsInvalid].status)
    settings = settings_of(directory)
    warnings = [*_file_warnings(settings), *_partner_warnings(settings)]
    for remark in _remarks(settings):
        voice().say(f"✓ {remark}")
    for warning in warnings:
        voice().say(f"! {warning}", style="yellow")
    voice().tell({"ok": True, "problems": [], "warnings": warnings})


def _described(problem: SettingsInvalid) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "key": problem.key, "text": problem.text}


def _remarks(settings: Settings) -> Iterator[str]:
    for authority in settings.gateway.authorities:
        yield f"{authority.identity}: {authority.name}"
    yield f"Listens on {settings.server.listen} ({settings.server.mode}), known as {settings.gateway.public_address}"
    asked = sum(1 for partner in settings.partners if partner.address)
    if signer := bootstrap.seals_as(settings):
        yield f"Permits are sealed by {signer}"
    yield f"{len(settings.partners)} partners, {asked} of them with an address to ask"


def _file_warnings(settings: Settings) -> Iterator[str]:
    server, client = settings.server, settings.client
    if server.mode is ServerMode.PLAIN_LOOPBACK:
        yield "server.mode is plain-loopback: anybody on this machine is taken for a partner"
    read = [("client.certificate_file", client.certificate_file)]
    if server.mode is ServerMode.DIRECT_TLS:
        read += [("server.certificate_file", server.certificate_file), ("server.client_ca_file", server.client_ca_file)]
    if settings.seal:
        read += [("seal.certificate_file", settings.seal.certificate_file)]
    else:
        yield "[seal] is left out: permits are not sealed"
    for key, file in read:
        if file is not None:
            yield from _certificate_warnings(key, file)
    secrets = [settings.tokens.key_file, server.key_file, client.key_file, server.proxy_secret_file]
    for file in (*secrets, settings.database.url_file):
        if file is not None and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield f"{_short(file, settings)} can be read by others than its owner: chmod 600"


def _certificate_warnings(key: str, file: Path) -> Iterator[str]:
    try:
        found = certificates(file.read_bytes())
    except (CertificateUnreadable, OSError):
        yield f"{key}: no PEM certificate can be read from it"
        return
    now = datetime.now(UTC)
    for facts in found:
        if facts.development:
            yield f"{key}: a development certificate, not for production"
        if facts.valid_until < now:
            yield f"{key}: ended on {facts.valid_until.date()}"
        elif facts.valid_until - now < _SOON:
            yield f"{key}: ends on {facts.valid_until.date()}"


def _partner_warnings(settings: Settings) -> Iterator[str]:
    for partner in settings.partners:
        yield from (f"partner {partner.key}: {text}" for text in _gaps(partner, settings))


def _gaps(partner: PartnerSettings, settings: Settings) -> Iterator[str]:
    if not partner.certificate_sha256 and not partner.address:
        yield "has neither a certificate nor an address, so nothing can pass either way"
    if partner.address and settings.client.certificate_file is None:
        yield "is asked without a client certificate of ours; most services want one"
    if partner.address and partner.seal_anchors_file is None:
        yield "has no seal_anchors_file, so no seal on its permits is trusted"


def _short(file: Path, settings: Settings) -> str:
    return str(file.relative_to(settings.directory)) if file.is_relative_to(settings.directory) else str(file)
