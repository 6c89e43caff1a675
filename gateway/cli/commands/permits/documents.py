"""`documents`: evidence that supports a permit of ours: list, add, show, remove."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.permits.ledger import Code, published_here
from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.new_file import write_new
from gateway.cli.options import (
    AsJson,
    Directory,
    FindingLanguage,
    IssuingCountry,
    PermitNumber,
    Person,
    Reason,
    settings_of,
)
from gateway.cli.views.own_permits import documents as view
from gateway.cli.views.words import LanguageTag
from gateway.domain.identifiers import whole_identity
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.supporting.keep import KeepDocuments, NewDocument

_Id = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="Its id, as `documents list` gives it.")
]


def list_all(
    country: IssuingCountry,
    number: PermitNumber,
    authority: Code = None,
    lang: FindingLanguage = LanguageTag.ENGLISH,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List what supports a permit of ours, removed documents too."""
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        found = permits.documents.of(PermitName(country, number, authority))
    output().render(view.view(found, lang.language))
    output().write_json(view.permit_as_json(found))


def add(
    country: IssuingCountry,
    number: PermitNumber,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, PNG, JPEG, TIFF or XML.")],
    kind: Annotated[
        str,
        typer.Option(
            metavar="CODE", help="LAF, NDF, ORI, BRE, VET, PHY, INV, PHO or OTH: see the page."
        ),
    ],
    person: Person,
    reason: Reason,
    lines: Annotated[
        list[str] | None,
        typer.Option(
            "--line", metavar="LETTER", help="Line that it supports. Left out: all of the permit."
        ),
    ] = None,
    for_partners: Annotated[
        bool,
        typer.Option(
            "--for-partners", help="It travels with the permit. Left out: for authorities only."
        ),
    ] = False,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Add a document to a permit of ours. The journal keeps a record."""
    name = PermitName(country, number, authority)
    with bootstrap.open_permits(settings_of(directory)) as permits:
        content = _content(file, permits.documents.limits.file_bytes)
        new = NewDocument(kind, file.name, content, tuple(lines or ()), for_partners)
        with published_here():
            added = permits.documents.add(name, new, ResponsiblePerson(person, reason))
            found = permits.documents.of(name)
    output().render(view.view(found))
    output().write_json(view.as_json(added))


def show(
    country: IssuingCountry,
    number: PermitNumber,
    document: _Id,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the file is written: a new file.")
    ],
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Write the file of a document, also of one that was removed, into a new file."""
    name = PermitName(country, number, authority)
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        documents = permits.documents
        found, content = documents.file(name, _whole(documents, name, document))
    write_new(out, content, advice="Name another file.")
    output().print_lines([f"{found.name}, {found.size:,} bytes, SHA-256 {found.sha256}: {out}"])
    output().write_json(view.as_json(found))


def remove(
    country: IssuingCountry,
    number: PermitNumber,
    document: _Id,
    person: Person,
    reason: Reason,
    authority: Code = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Remove a document: partners get it no more. Its record and its file stay."""
    name = PermitName(country, number, authority)
    with bootstrap.open_permits(settings_of(directory)) as permits, published_here():
        documents = permits.documents
        whole = _whole(documents, name, document)
        removed = documents.remove(name, whole, ResponsiblePerson(person, reason))
        found = documents.of(name)
    output().render(view.view(found))
    output().write_json(view.as_json(removed))


def _whole(documents: KeepDocuments, name: PermitName, document: str) -> str:
    """The whole id of a document, by its beginning."""
    return whole_identity(document, (each.id for each in documents.of(name).documents))


def _content(file: Path, most: int) -> bytes:
    """The bytes of a file, one more than the limit at the most."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError:
        raise CannotDo(f"{file} cannot be read.", "Name a file that can be read.") from None
