"""`seal verify`: verdict on the seal of a document. `seal issued`: seals for published permits.

`seal verify` works offline and stores nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, VERDICTS, CannotDo, exit_of
from gateway.cli.options import AsJson, Directory, country_code, settings_of
from gateway.cli.views.foreign.verdict import as_json as verdict_as_json
from gateway.cli.views.foreign.verdict import view
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.permits.check_file import AnswerUnusable, root_name
from gateway.exchange.permits.foreign.ask_partner import seals_of

_LARGEST_BYTES = 64 * 1024 * 1024


AnswerFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A SOAP answer with permit and seal, or a permit document alone."
    ),
]
Anchors = Annotated[
    Path | None,
    typer.Option(
        metavar="PEM",
        help="CAs of those who may seal, or their certificates. Without it no signer is known.",
    ),
]
SealFile = Annotated[
    Path | None,
    typer.Option(metavar="SEALFILE", help="The seal beside the permit: CITES-permit-seal.xml."),
]
SignerCountry = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        help="The signer must be of this country, ISO 3166: MZ.",
        callback=country_code,
    ),
]
RevocationList = Annotated[
    Path | None,
    typer.Option(
        "--crl",
        metavar="LIST",
        help="Revocation list of those CAs, PEM or DER; it must be current.",
    ),
]


def verify(
    file: AnswerFile,
    anchors: Anchors = None,
    seal: SealFile = None,
    country: SignerCountry = None,
    crl: RevocationList = None,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what the seal of a permit is worth.

    Exit status 0 only where it is valid, then and now; 44 without a seal, 45 where it is broken, 46
    where the signer is not known, 53 where a certificate has expired since, 56 where the signer's
    was revoked.
    """
    code = IsoCountryCode.parse(country) if country else None
    verifier = bootstrap.seal_verifier(anchors, code, crl)
    sealed = _sealed_permit(file, seal)
    verdict = verifier.judge(sealed.document, sealed.seals).verdict
    output().render(view(verdict))
    if not anchors and verdict.signer:
        output().print("Name those who may seal after --anchors; without them no signer is known.")
    output().write_json(verdict_as_json(verdict))
    raise typer.Exit(VERDICTS[verdict.worth].status)


def issued(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Seal the permits that were published before there was a key.

    Their documents stay as they are.

    The gateway may be serving meanwhile. Stopped halfway, it goes on where it was when called
    again. A permit that lost its seal is refused: exit status 54. Exit status 0 only if every
    permit has its seal.
    """
    with bootstrap.open_permits(settings_of(directory)) as permits:
        sealing = permits.seal_issued
        if sealing is None:
            raise CannotDo(
                "There is no key to seal with.",
                "Name certificate and key in [seal] of conf/gateway.toml.",
            )
        with output().progress() as progress:
            task = progress.add_task("Sealing", total=sealing.count())
            done = sealing.seal(lambda: progress.advance(task))
        left = sealing.count()
    for refusal in done.refused:
        output().print_error(refusal.text)
    output().print(
        f"✓ Permits sealed: {done.sealed}."
        if done.sealed or left
        else "✓ Every permit is sealed already."
    )
    refused = [refusal.text for refusal in done.refused]
    output().write_json({"sealed": done.sealed, "left": left, "refused": refused})
    if done.refused:
        row = exit_of(done.refused[0])
        output().print_advice(row.advice)
        raise typer.Exit(row.status)
    if left:
        output().print(
            f"Permits without seal: {left}, changed by others at that moment. Call this again."
        )
        raise typer.Exit(CANNOT_DO)


@dataclass(frozen=True, slots=True)
class _SealedPermit:
    document: bytes
    seals: tuple[bytes, ...]


def _sealed_permit(file: Path, seal: Path | None) -> _SealedPermit:
    """The permit and its seals. A seal file goes before the seals of an answer.

    Raises CannotDo for an answer that holds no permit.
    """
    content = _read(file)
    named = None if seal is None else (_read(seal),)
    if root_name(content) != "Envelope":
        return _SealedPermit(content, named or ())
    try:
        reply = bootstrap.read_answer(content)
    except (AnswerUnusable, InvalidRequest):
        raise CannotDo(
            f"{file} is not a SOAP answer that holds one permit.", "Name one, or a permit document."
        ) from None
    return _SealedPermit(reply.document, named or seals_of(reply))


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST_BYTES:
        raise CannotDo(
            f"{file} is larger than {_LARGEST_BYTES} bytes.", "No permit or seal is that large."
        )
    return file.read_bytes()
