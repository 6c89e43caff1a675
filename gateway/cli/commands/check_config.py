"""`check-config`: would the gateway start, and what should somebody look at before it does?"""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from gateway import bootstrap
from gateway.bootstrap import now
from gateway.cli.console import voice
from gateway.cli.exits import EXITS
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.wording import described
from gateway.domain.errors import GatewayError, ServiceUnavailable
from gateway.settings import PartnerSettings, ServerMode, Settings, settings_problems
from gateway.signatures.development import MARKER
from gateway.signatures.expiry import expiries
from gateway.signatures.key_settings import is_for_development, key_problems


def check_config(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Check the whole configuration and say everything that is wrong with it."""
    _stop_at(settings_problems(directory))
    settings = settings_of(directory)
    _stop_at(list(key_problems(settings, now())))
    found = list(bootstrap.unusable(settings))
    untried = [trouble for trouble in found if isinstance(trouble, ServiceUnavailable)]
    _stop_at([problem for problem in found if problem not in untried])
    warnings = [*_file_warnings(settings), *_partner_warnings(settings)]
    warnings += [f"not everything could be tried, as some of it takes the database: {each.text}" for each in untried]
    for remark in _remarks(settings):
        voice().say(f"✓ {remark}")
    for warning in warnings:
        voice().say(f"! {warning}", style="yellow")
    voice().tell({"ok": True, "problems": [], "warnings": warnings})


def _stop_at(problems: Sequence[GatewayError]) -> None:
    if not problems:
        return
    for problem in problems:
        voice().complain(problem.text)
    voice().tell({"ok": False, "problems": [described(problem) for problem in problems]})
    raise typer.Exit(EXITS[type(problems[0])].status)


def _remarks(settings: Settings) -> Iterator[str]:
    for authority in settings.gateway.authorities:
        yield f"{authority.identity}: {authority.name}"
    yield f"Listens on {settings.server.listen} ({settings.server.mode}), known as {settings.gateway.public_address}"
    asked = sum(1 for partner in settings.partners if partner.address)
    if signer := bootstrap.seals_as(settings):
        yield f"Permits are sealed by {signer}"
    yield f"{len(settings.partners)} partners, {asked} of them with an address to ask"


def _file_warnings(settings: Settings) -> Iterator[str]:
    if settings.server.mode is ServerMode.PLAIN_LOOPBACK:
        yield "server.mode is plain-loopback: anybody on this machine is taken for a partner"
    if not settings.seal:
        yield "[seal] is left out: permits are not sealed, and nobody signs the journal, so it proves nothing to others"
    if is_for_development(settings):
        yield f"development certificates, not for production, as the file {MARKER} says"
    yield from (expiry.sentence for expiry in expiries(settings, now()) if expiry.is_soon)
    for file in (settings.tokens.key_file, settings.server.proxy_secret_file, settings.database.url_file):
        if file is not None and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield f"{_short(file, settings)} can be read by others than its owner: chmod 600"


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
