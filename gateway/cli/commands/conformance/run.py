"""`conformance URL`: the test cases of the contract are run against a partner's service."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.conformance.report_files import (
    OutFolder,
    OwnDirectory,
    new_folder,
    own_settings,
    write_report,
)
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, CannotDo
from gateway.cli.options import AsJson, TokenFile, country_code, token
from gateway.cli.views.checking import conformance as view
from gateway.settings.sample_permits import PermitKind, SamplePermit, read_sample_permits
from schemas import VersionName

_SANDBOX_COUNTRY = "MZ"
_File = Path | None


def run(
    addresses: Annotated[
        list[str],
        typer.Argument(metavar="URL...", help="Address of the service; one per contract version."),
    ],
    country: Annotated[
        str,
        typer.Option(metavar="CODE", help="Country that it serves: MZ.", callback=country_code),
    ],
    permits: Annotated[
        _File,
        typer.Option(metavar="FILE", help="Sample permits it holds; for MZ those of the sandbox."),
    ] = None,
    permit: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="In place of a file: one that is issued.")
    ] = None,
    token_file: TokenFile = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm quantities too, for good.")
    ] = False,
    contract: Annotated[
        VersionName | None, typer.Option(help="Contract version; left out: found out.")
    ] = None,
    certificate: Annotated[
        _File, typer.Option(metavar="FILE", help="Client certificate, PEM; else that of [client].")
    ] = None,
    key: Annotated[_File, typer.Option(metavar="FILE", help="Its key, PEM.")] = None,
    ca: Annotated[
        _File, typer.Option(metavar="FILE", help="CAs of the server, PEM; else of [client].")
    ] = None,
    per_second: Annotated[
        float, typer.Option(min=0.1, max=50, metavar="NUMBER", help="Requests a second, at most.")
    ] = 5.0,
    out: OutFolder = None,
    directory: OwnDirectory = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Run the cases of the contract against a service; write a scored and signed report.

    Nothing is written to the service but with --confirm. Exit status 0 only where all holds that
    must hold.
    """
    settings = own_settings(directory)
    signer = bootstrap.report_signer(settings)
    plan = _plan(
        addresses,
        country,
        _permits(permits, permit, token_file, country),
        bootstrap.tls_files(settings, ca, certificate, key),
        contract,
        per_second,
        may_confirm=confirm,
    )
    folder = new_folder(out)
    with output().progress() as progress:
        task = progress.add_task("Cases", total=plan.count)
        results = []
        began = bootstrap.now()
        for result in plan.results():
            results.append(result)
            progress.advance(task)
    report = signer.report("service", addresses, country, began, results)
    write_report(signer, report, folder)
    output().render(view.scores(report))
    output().print_lines(view.failures(report))
    output().print(view.verdict(report), style=view.style(report))
    output().print_lines(view.where(folder, signer.subject))
    output().write_json(view.as_json(report, folder))
    if not report.score.is_conformant:
        raise typer.Exit(CANNOT_DO)


def _plan(
    addresses: Sequence[str],
    country: str,
    permits: Sequence[SamplePermit],
    tls: "bootstrap.TlsFiles",
    contract: VersionName | None,
    per_second: float,
    *,
    may_confirm: bool,
) -> "bootstrap.Plan":
    try:
        return bootstrap.conformance_plan(
            addresses,
            country,
            permits,
            tls,
            version=contract,
            per_second=per_second,
            may_confirm=may_confirm,
        )
    except ValueError as error:
        raise CannotDo(f"{str(error).removesuffix('.')}.", "Mend it and call again.") from None
    except bootstrap.VersionUnknown as unknown:
        raise CannotDo(
            f"{unknown.address} does not say which contract version it speaks: it {unknown.reason}",
            "Check address, --ca and --certificate, or name the version: --contract v1 or v2.",
        ) from None


def _permits(
    file: Path | None, number: str | None, token_file: str | None, country: str
) -> Sequence[SamplePermit]:
    if file is not None and number is not None:
        raise typer.BadParameter("name a file or one permit, not both", param_hint="--permit")
    if file is not None:
        return read_sample_permits(file.read_bytes(), str(file)).permit
    if number is not None:
        return (SamplePermit(kind=PermitKind.ISSUED, number=number, token=token(token_file)),)
    if country == _SANDBOX_COUNTRY:
        return bootstrap.sandbox_permits()
    raise CannotDo(
        "There are no sample permits to ask for.",
        "Name those of the service in a file: --permits FILE; docs/conformance.md shows one.",
    )
