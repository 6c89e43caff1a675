"""`check-config`: problems that keep the gateway from starting, and warnings before it starts."""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import EXITS
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.wording import described
from gateway.domain.errors import (
    GatewayError,
    KeyUnusable,
    ServiceUnavailable,
    SettingsInvalid,
)
from gateway.settings import PartnerSettings, ServerMode, Settings, settings_problems

Network = Annotated[
    bool,
    typer.Option(
        "--network",
        help=(
            "Also ask the OpenID provider of the national sign-on. Partners are asked by"
            " `partners test`."
        ),
    ),
]


def check_config(
    directory: Directory = Path(),
    network: Network = False,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Check the whole configuration and say everything that is wrong with it."""
    written: list[SettingsInvalid | KeyUnusable] = [
        *settings_problems(directory),
        *bootstrap.file_problems(directory),
        *bootstrap.description_problems(directory),
    ]
    written.sort(key=_place)
    _stop_at(written)
    settings = settings_of(directory)
    found = list(bootstrap.probe(settings))
    untried = [problem for problem in found if isinstance(problem, ServiceUnavailable)]
    _stop_at([problem for problem in found if problem not in untried])
    warnings = [*_file_warnings(settings), *_partner_warnings(settings)]
    warnings += [
        f"not everything could be tried, as some of it takes the database: {problem.text}"
        for problem in untried
    ]
    remarks = list(_remarks(settings))
    if network:
        said, doubts = bootstrap.sign_on_findings(settings)
        remarks += said
        warnings += doubts
    for remark in remarks:
        output().print(f"✓ {remark}")
    for warning in warnings:
        output().print(f"! {warning}", style="yellow")
    output().write_json({"ok": True, "problems": [], "warnings": warnings})


def _place(problem: SettingsInvalid | KeyUnusable) -> tuple[str, int]:
    return problem.file or "", problem.line or 0


def _stop_at(problems: Sequence[GatewayError]) -> None:
    if not problems:
        return
    for problem in problems:
        output().print_error(problem.text)
    output().write_json({"ok": False, "problems": [described(problem) for problem in problems]})
    raise typer.Exit(EXITS[type(problems[0])].status)


def _remarks(settings: Settings) -> Iterator[str]:
    for authority in settings.gateway.authorities:
        yield f"{authority.identity}: {authority.name}"
    yield (
        f"Listens on {settings.server.listen} ({settings.server.mode}), known as"
        f" {settings.gateway.public_address}"
    )
    with_address = sum(1 for partner in settings.partners if partner.address)
    if signer := bootstrap.seals_as(settings):
        yield f"Permits are sealed by {signer}"
    yield f"{len(settings.partners)} partners, {with_address} of them with an address to ask"


def _file_warnings(settings: Settings) -> Iterator[str]:
    if settings.server.mode is ServerMode.PLAIN_LOOPBACK:
        yield "server.mode is plain-loopback: anybody on this machine is taken for a partner"
    if settings.server.mode is ServerMode.SANDBOX_TLS:
        yield "server.mode is sandbox-tls: it is for invented permits alone"
    if not settings.seal:
        yield (
            "[seal] is left out: permits are not sealed, and nobody signs the journal, so it proves"
            " nothing to others"
        )
    yield from bootstrap.certificate_warnings(settings)
    for file in (
        settings.tokens.key_file,
        settings.server.proxy_secret_file,
        settings.database.url_file,
    ):
        if file is not None and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield f"{_short(file, settings)} can be read by others than its owner: chmod 600"
    yield from bootstrap.mode_warnings(settings)
    yield from bootstrap.database_warnings(settings)
    yield from bootstrap.role_warnings(settings)


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
    return (
        str(file.relative_to(settings.directory))
        if file.is_relative_to(settings.directory)
        else str(file)
    )
