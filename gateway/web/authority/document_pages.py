"""Pages of the documents that support a permit: list, add, show, remove, and the file itself."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from gateway.domain.errors import GatewayError
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.supporting.document import SupportingDocument, kinds
from gateway.domain.supporting.refused import DocumentRefused
from gateway.exchange.permits.supporting.keep import NewDocument
from gateway.web.authority.boxes import LANGUAGES
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.officer import PermitVisit, nothing, responsible
from gateway.web.authority.words import refusal
from gateway.web.people.visit import to

_NO_FILE = Sentence("Choose a file.")
_MB = 1024 * 1024
_NOT_OPENED = "default-src 'none'; sandbox"
"""Policy of a file, should a browser show it in spite of all."""


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """Handlers; the table of the area names them."""

    desk: AuthorityDesk

    def show_documents(self, found: PermitVisit) -> Response:
        """Documents of the permit, removed ones too."""
        kept = self.desk.documents.of(found.name)
        values = {"kept": kept, "kinds": kinds(), "words": LANGUAGES[found.visit.language]}
        return found.page("authority/documents.html", values)

    def show_adding(self, found: PermitVisit) -> Response:
        """The form that adds a document."""
        values: dict[str, object] = {
            "kinds": kinds(),
            "words": LANGUAGES[found.visit.language],
            "most": self.desk.documents.limits.file_bytes // _MB,
        }
        return found.page("authority/document-add.html", values)

    def add(self, found: PermitVisit) -> Response:
        """Add the document, or show the form again; a browser does not send the file twice."""
        form = found.visit.form
        if form.file is None or not form.file.name:
            return self.show_adding(found.with_errors({"file": _NO_FILE}))
        try:
            new = NewDocument(
                form.text("kind"),
                form.file.name,
                form.file.content,
                form.texts("lines"),
                form.text("for_partners") == "yes",
            )
            by, address = responsible(found), found.visit.origin.address
            self.desk.documents.add(found.name, new, by, address)
        except (PersonInvalid, DocumentRefused) as error:
            return self.show_adding(found.with_errors({error.field: error.sentence}))
        except GatewayError as error:
            return self.show_adding(found.with_errors({"reason": refusal(error)}))
        return to(f"{found.address}/documents")

    def show_document(self, found: PermitVisit) -> Response:
        """A document, with the form that removes it."""
        document = self._named(found)
        if document is None:
            return nothing(found.visit)
        values: dict[str, object] = {
            "document": document,
            "kind": kinds().get(document.kind),
            "words": LANGUAGES[found.visit.language],
        }
        return found.page("authority/document.html", values)

    def remove(self, found: PermitVisit) -> Response:
        """Remove it, or show the form again."""
        document = self._named(found)
        if document is None:
            return nothing(found.visit)
        try:
            by, address = responsible(found), found.visit.origin.address
            self.desk.documents.remove(found.name, document.id, by, address)
        except PersonInvalid as error:
            return self.show_document(found.with_errors({error.field: error.sentence}))
        except DocumentRefused as error:
            return self.show_document(found.with_errors({"reason": error.sentence}))
        except GatewayError as error:
            return self.show_document(found.with_errors({"reason": refusal(error)}))
        return to(f"{found.address}/documents")

    def download(self, found: PermitVisit) -> Response:
        """The file, which a browser keeps and does not open. The look of the person is recorded."""
        document = self._named(found)
        if document is None:
            return nothing(found.visit)
        published, visit = found.shown.published, found.visit
        number = published.permit.number.text
        self.desk.trail.look(published.authority, number, found.person, visit.origin.address)
        _, file = self.desk.documents.file(found.name, document.id)
        answer = Response(file, media_type=document.type.value)
        named = quote(document.name, safe="")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{named}"
        answer.headers["Content-Security-Policy"] = _NOT_OPENED
        return answer

    def _named(self, found: PermitVisit) -> SupportingDocument | None:
        """The document that the address names; None where the permit has none of this id."""
        wanted = found.visit.parameters.get("document", "")
        documents = self.desk.documents.of(found.name).documents
        return next((each for each in documents if each.id == wanted), None)
