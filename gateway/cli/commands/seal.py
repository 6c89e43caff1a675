"""`seal verify`: is this document what the issuing authority sealed? Nobody is asked, nothing is kept.

`seal issued`: what we published before we had a key gets its seal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.bootstrap import now
from gateway.cli.console import voice
from gateway.cli.exits import CANNOT_DO, VERDICTS, CannotDo
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.verdict_view import as_json as verdict_as_json
from gateway.cli.verdict_view import view
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ask_partner import seals_of
from gateway.partners.answers import read_certificate
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer
from gateway.signatures.verifying import PermitSealVerifier, read_anchors

_LARGEST_BYTES = 64 * 1024 * 1024

commands = typer.Typer(help="Seals of permits: check one, seal what was issued without.", no_args_is_help=True)


@commands.callback()
def everything() -> None:
    """Seals of permits: check one, seal what was issued without."""


@commands.command("verify")
def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A SOAP answer with permit and seal, or a permit document alone.")
    ],
    anchors: Annotated[
        Path | None,
        typer.Option(
            metavar="PEM", help="CAs of those who may seal, or their certificates. Without it no signer is known."
        ),
    ] = None,
    seal: Annotated[
        Path | None, typer.Option(metavar="SEALFILE", help="The seal of a permit document: CITES-permit-seal.xml.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="The signer must be of this country, ISO 3166: MZ.")
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Say what the seal of a permit is worth. Exit status 0 only where it is valid, then and now."""
    code = IsoCountryCode.parse(country) if country else None
    trusted = read_anchors(anchors) if anchors else ()
    found = _found(file, seal)
    verdict = PermitSealVerifier(trusted, code, now).judge(found.document, found.seals).verdict
    voice().show(view(verdict))
    if not anchors and verdict.signer:
        voice().say("Name those who may seal after --anchors; without them no signer is known.")
    voice().tell(verdict_as_json(verdict))
    raise typer.Exit(VERDICTS[verdict.worth])


@commands.command("issued")
def issued(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback has done the work
) -> None:
    """Seal the permits that were published before there was a key. Their documents stay as they are.

    The gateway may be serving meanwhile. Stopped halfway, it goes on where it was when called again.
    Exit status 0 only if every permit has its seal.
    """
    with bootstrap.build(settings_of(directory)) as gateway:
        sealing = gateway.seal_issued
        if sealing is None:
            raise CannotDo("There is no key to seal with.", "Name certificate and key in [seal] of conf/gateway.toml.")
        with voice().progress() as progress:
            task = progress.add_task("Sealing", total=sealing.count())
            sealed = sealing.seal(lambda: progress.advance(task))
        left = sealing.count()
    voice().say(f"✓ Permits sealed: {sealed}." if sealed or left else "✓ Every permit is sealed already.")
    voice().tell({"sealed": sealed, "left": left})
    if left:
        voice().say(f"Permits without seal: {left}, changed by others at that moment. Call this again.")
        raise typer.Exit(CANNOT_DO)


@dataclass(frozen=True, slots=True)
class _Found:
    document: bytes
    seals: tuple[bytes, ...]


def _found(file: Path, seal: Path | None) -> _Found:
    """The permit and its seals. Raises CannotDo for an answer that holds no permit."""
    content = _read(file)
    if seal is not None:
        return _Found(content, (_read(seal),))
    if b"Envelope" not in content:
        return _Found(content, ())
    try:
        reply = read_certificate(RawAnswer(200, "application/xml", body=bytearray(content)))
    except (Failure, PartnerRefusal, InvalidRequest):
        raise CannotDo(
            f"{file} is not a SOAP answer that holds one permit.", "Name one, or a permit document."
        ) from None
    return _Found(reply.document, seals_of(reply))


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST_BYTES:
        raise CannotDo(f"{file} is larger than {_LARGEST_BYTES} bytes.", "No permit or seal is that large.")
    return file.read_bytes()
