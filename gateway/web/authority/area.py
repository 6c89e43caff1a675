"""Area of the desk of an authority: its pages with their access rule, and its entries."""

from collections.abc import Iterator

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.document_pages import DocumentPages
from gateway.web.authority.ledger_pages import LedgerPages
from gateway.web.authority.officer import Handler, about_permit
from gateway.web.authority.permit_pages import PermitPages
from gateway.web.authority.search_pages import SearchPages
from gateway.web.authority.shared_pages import SharedPages
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page

_OFFICERS = frozenset({Role.AUTHORITY})
_PERMIT = "/authority/permits/{place}"


def authority_area(desk: AuthorityDesk) -> Area:
    """The area. Officers of an authority alone open its pages."""
    entry = Entry(
        "/authority",
        Sentence("Permits"),
        Sentence("Search permits of the authority; cancel or replace them; correct their ledgers."),
        _OFFICERS,
    )
    return Area(tuple(_pages(desk)), (entry,))


def _pages(desk: AuthorityDesk) -> Iterator[Page]:
    search, permit, ledger = SearchPages(desk), PermitPages(desk), LedgerPages(desk)
    documents, shared = DocumentPages(desk), SharedPages(desk)

    def page(
        path: str, get: Handler | None, post: Handler | None = None, *, takes_file: bool = False
    ) -> Page:
        shown, sent = (about_permit(desk, each) if each else None for each in (get, post))
        return Page(
            f"{_PERMIT}{path}", Access.FULL, shown, sent, roles=_OFFICERS, takes_file=takes_file
        )

    yield Page("/authority", Access.FULL, search.show_search, roles=_OFFICERS)
    yield Page("/authority/findings", Access.FULL, search.show_findings, roles=_OFFICERS)
    yield Page("/authority/mismatches", Access.FULL, search.show_mismatches, roles=_OFFICERS)
    yield Page("/authority/shared", Access.FULL, shared.show_list, roles=_OFFICERS)
    yield Page("/authority/shared/{shared}", Access.FULL, shared.show, shared.act, roles=_OFFICERS)
    yield page("", permit.show_permit)
    yield page("/end", permit.show_ending, permit.end)
    yield page("/tell", None, permit.notify)
    yield page(
        "/confirmations/{confirmation}", ledger.show_confirmation, ledger.change_confirmation
    )
    yield page("/book", ledger.show_booking, ledger.book)
    yield page("/close", ledger.show_closing, ledger.close)
    yield page("/settle/{line}", ledger.show_settling, ledger.settle)
    yield page("/documents", documents.show_documents)
    yield page("/documents/add", documents.show_adding, documents.add, takes_file=True)
    yield page("/documents/{document}", documents.show_document, documents.remove)
    yield page("/documents/{document}/file", documents.download)
