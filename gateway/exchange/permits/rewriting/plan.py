"""Plan of rewriting a permit: differences between today's rules and the stored rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.errors import DocumentInvalid
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.rules import Finding
from gateway.exchange.permits.documents import Documents
from gateway.exchange.permits.rewriting.former_rules import Rebooking
from gateway.exchange.ports import Document, DocumentForm, PermitFormat, Sealer

Name = tuple[str, DocumentForm]
"""Schema version and form of a document."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that today's rules make to a permit.

    later: the permit by today's rules.  findings: on it, by today's rules.
    documents: all documents of the forms that change, those that stay among them, with today's loss
    notes; new ones have no seal yet.
    added: documents of versions that were withheld.  replaced: former documents that say something
    else than today's; they stay in the history.
    rebooked: confirmations that change their side.  units: lines whose quota loses a unit that was
    taken from box 11.
    """

    later: PublishedPermit
    findings: tuple[Finding, ...]
    documents: Documents
    added: tuple[Name, ...]
    replaced: tuple[Name, ...]
    rebooked: tuple[Rebooking, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether all is as today's rules have it."""
        return not (self.documents or self.rebooked or self.units)

    def sealed(self, sealer: Sealer | None) -> "Plan":
        """Return the plan with seals on its new documents. Raises KeyUnusable."""
        if sealer is None:
            return self
        new = {*self.added, *self.replaced}
        documents = {
            name: replace(document, seal=sealer.seal(document.content)) if name in new else document
            for name, document in self.documents.items()
        }
        return replace(self, documents=documents)


@dataclass(frozen=True, slots=True)
class TodaysDocuments:
    """Documents by today's rules, compared with those that are stored."""

    formats: Sequence[PermitFormat]

    def of(
        self, later: PublishedPermit, rule: EndorsementRule, stored: Mapping[Name, Document]
    ) -> tuple[dict[Name, Document], tuple[Name, ...], tuple[Name, ...]]:
        """Return all documents of the forms that change, the added ones, and the replaced ones.

        A document that says the same as today's stays byte for byte, with its seal.
        """
        forms = {DocumentForm.NON_FINAL: later.permit.as_issued()}
        if later.status is Status.FINAL:
            forms[DocumentForm.FINAL] = later.final_permit(rule)
        documents: dict[Name, Document] = {}
        added: list[Name] = []
        replaced: list[Name] = []
        for form, permit in forms.items():
            before = {name: each for name, each in stored.items() if name[1] is form}
            now = dict(before)
            for each in self.formats:
                name = (each.version, form)
                written = self._document(each, permit, before.get(name))
                if written is None or written == before.get(name):
                    continue
                now[name] = written
                if name not in before:
                    added.append(name)
                elif written.content != before[name].content:
                    replaced.append(name)
            if now != before:
                documents.update(now)
        return documents, tuple(added), tuple(replaced)

    def _document(
        self, permit_format: PermitFormat, permit: Permit, before: Document | None
    ) -> Document | None:
        """Return today's document, or the one before with today's loss notes.

        None where this version would be untrue, so that a document that is there stays.
        """
        try:
            content, losses = permit_format.write(permit), permit_format.losses(permit)
        except DocumentInvalid:
            return None
        if before is not None and _says_the_same(permit_format, content, before.content):
            return replace(before, losses=losses)
        return Document(content, None, losses)


def _says_the_same(permit_format: PermitFormat, now: bytes, before: bytes) -> bool:
    try:
        return now == before or permit_format.read(now) == permit_format.read(before)
    except DocumentInvalid:
        return False
