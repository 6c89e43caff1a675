"""`conformance URL`: the test cases of the contract are run against a partner's service."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.conformance.report_files import (
    OutFolder,
    OwnDirectory,
    finish,
    new_folder,
    own_settings,
)
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson, PassphraseFile, TokenFile, country_code, passphrase, token
from gateway.settings.conformance.sample_permits import (
    PermitKind,
    SamplePermit,
    read_sample_permits,
)
from schemas import VersionName

_SANDBOX_COUNTRY = "MZ"


_Addresses = Annotated[
    list[str],
    typer.Argument(metavar="URL...", help="Address of the service; one per contract version."),
]
_Country = Annotated[
    str, typer.Option(metavar="CODE", help="Country that it serves: MZ.", callback=country_code)
]
_Permits = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Sample permits it holds; for MZ those of the sandbox."),
]
_Permit = Annotated[
    str | None, typer.Option(metavar="NUMBER", help="In place of a file: one that is issued.")
]
_Confirm = Annotated[bool, typer.Option("--confirm", help="Confirm quantities too, for good.")]
_Contract = Annotated[
    VersionName | None, typer.Option(help="Contract version; left out: found out.")
]
_Certificate = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Client certificate, PEM; else that of --dir."),
]
_Key = Annotated[Path | None, typer.Option(metavar="FILE", help="Its key, PEM.")]
_Ca = Annotated[
    Path | None, typer.Option(metavar="FILE", help="CAs of the server, PEM; else those of --dir.")
]
_Dialect = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="A dialect in place of the contract: docs/dialects.md."),
]
_Namespace = Annotated[
    str | None, typer.Option(metavar="URI", help="Of its messages, where the dialect has none.")
]
_User = Annotated[
    str | None, typer.Option(metavar="NAME", help="User name, where the dialect has a log-in.")
]
_Values = Annotated[
    list[str] | None,
    typer.Option("--value", metavar="NAME=TEXT", help="Value that a header of the dialect needs."),
]
_PerSecond = Annotated[
    float, typer.Option(min=0.1, max=50, metavar="NUMBER", help="Requests a second, at most.")
]


def run(
    addresses: _Addresses,
    country: _Country,
    permits: _Permits = None,
    permit: _Permit = None,
    token_file: TokenFile = None,
    confirm: _Confirm = False,
    contract: _Contract = None,
    dialect: _Dialect = None,
    namespace: _Namespace = None,
    user: _User = None,
    passphrase_file: PassphraseFile = None,
    values: _Values = None,
    certificate: _Certificate = None,
    key: _Key = None,
    ca: _Ca = None,
    per_second: _PerSecond = 5.0,
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
    service = bootstrap.ServiceOptions(
        tls=bootstrap.tls_files(settings, ca, certificate, key),
        version=contract,
        dialect=dialect,
        namespace=namespace,
        values=_named(values or ()) | _log_in(user, passphrase_file),
        directory=directory,
    )
    held = _permits(permits, permit, token_file, country)
    with _mistakes_named():
        plan = bootstrap.conformance_plan(
            addresses, country, held, service, per_second=per_second, may_confirm=confirm
        )
    folder, began = new_folder(out), bootstrap.now()
    report = signer.report("service", addresses, country, began, _results(plan))
    finish(signer, report, folder)


def _results(plan: "bootstrap.Plan") -> Sequence["bootstrap.CaseResult"]:
    results = []
    with output().progress() as progress:
        task = progress.add_task("Cases", total=plan.count)
        for result in plan.results():
            results.append(result)
            progress.advance(task)
    return results


def _log_in(user: str | None, passphrase_file: str | None) -> dict[str, str]:
    if user is None:
        return {}
    return {"username": user, "password": passphrase(passphrase_file).decode()}


def _named(values: Sequence[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(not separator for _, separator, _ in pairs):
        raise typer.BadParameter("write it as NAME=TEXT", param_hint="--value")
    return {name: text for name, _, text in pairs}


@contextmanager
def _mistakes_named() -> Iterator[None]:
    """Name mistakes of options as errors of the command line do."""
    try:
        yield
    except KeyError as unknown:
        raise CannotDo(
            f"There is no dialect {unknown.args[0]}.", "docs/dialects.md lists those there are."
        ) from None
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
