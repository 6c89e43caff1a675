"""View of the supporting documents of a permit, on a terminal and as JSON."""

from rich.console import Group, RenderableType

from gateway.cli.console import plain
from gateway.cli.views.tables import Records
from gateway.domain.codes import Language
from gateway.domain.permit.permit import Permit
from gateway.domain.supporting.document import SupportingDocument, kinds
from gateway.exchange.permits.supporting.keep import PermitDocuments

_COLUMNS = ("Id", "Kind", "File", "Bytes", "Lines", "For", "Added (UTC)", "By", "Removed")
_IDENTIFIERS = frozenset({"Id"})


def view(found: PermitDocuments, language: Language = "english") -> RenderableType:
    """A row for each document, removed ones too; attachments of the national record before them."""
    published = found.published
    head = plain(f"{published.permit.number} of {published.authority}: {published.status}")
    sent = [
        plain(f"Attachment of its record: {each.name}, {len(each.content):,} bytes")
        for each in found.attachments
    ]
    if not found.documents:
        return Group(head, *sent, plain("No supporting document was added."))
    table = Records(_COLUMNS, _IDENTIFIERS)
    for each in found.documents:
        table.add_row(*_row(each, found.published.permit, language))
    return Group(head, *sent, table)


def as_json(each: SupportingDocument) -> dict[str, object]:
    """A document for a program; moments in ISO 8601."""
    removal = each.removal
    return {
        "id": each.id,
        "kind": each.kind,
        "name": each.name,
        "type": each.type.value,
        "size": each.size,
        "sha256": each.sha256,
        "lines": list(each.lines),
        "for_partners": each.for_partners,
        "added_at": each.added_at.isoformat(),
        "added_by": each.added_by,
        "reason": each.reason,
        "removed_at": removal.at.isoformat() if removal else None,
        "removed_by": removal.person if removal else None,
        "removal_reason": removal.reason if removal else None,
    }


def permit_as_json(found: PermitDocuments) -> dict[str, object]:
    """The permit with its attachments and documents."""
    return {
        "country": found.published.authority.country.text,
        "authority": found.published.authority.code,
        "number": found.published.permit.number.text,
        "attachments": [
            {"name": each.name, "size": len(each.content)} for each in found.attachments
        ],
        "documents": [
            {**as_json(each), "lines_gone": list(each.lines_gone(found.published.permit))}
            for each in found.documents
        ],
    }


def _row(each: SupportingDocument, permit: Permit, language: Language) -> tuple[str, ...]:
    known = kinds().get(each.kind)
    removal = each.removal
    return (
        each.id,
        known.name(language) if known else each.kind,
        each.name,
        f"{each.size:,}",
        _lines(each, permit),
        "partners" if each.for_partners else "authorities",
        f"{each.added_at:%Y-%m-%d %H:%M}",
        each.added_by,
        f"{removal.at:%Y-%m-%d %H:%M} {removal.person}: {removal.reason}" if removal else "",
    )


def _lines(each: SupportingDocument, permit: Permit) -> str:
    gone = each.lines_gone(permit)
    letters = " ".join(each.lines) or "all"
    return f"{letters} (not on the permit any more: {' '.join(gone)})" if gone else letters
