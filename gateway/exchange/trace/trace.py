"""Trace: use case that follows a permit to its origin, and adds up the re-exports of each step."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.errors import CertificateNotFound, ServiceUnavailable
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.trace.held import HeldDocument, Missing
from gateway.domain.trace.named import REEXPORT, DocumentName, came_with
from gateway.domain.trace.trace import Trace, trace_of
from gateway.domain.trace.tree import build, documents_of
from gateway.exchange.ports.trace.reexports import Reexports
from gateway.exchange.trace.find import MOST_QUESTIONS, Documents, Finder

_LOG = logging.getLogger(__name__)
MOST_OTHERS = 200
"""Re-exports beside the tree that one trace reads."""


@dataclass(frozen=True, slots=True)
class TracePermit:
    """Use case: trace a permit of ours or of a partner."""

    documents: Documents
    reexports: Reexports

    def trace(
        self,
        country: str,
        number: str,
        *,
        token: str | None = None,
        questions: int = MOST_QUESTIONS,
        hidden: Collection[str] = (),
    ) -> Trace:
        """Trace a permit.

        token: of this permit; no other document is asked for with it.
        questions: to partners, at most; with 0 nobody is asked, and earlier answers alone count.
        hidden: countries that are served here, or authorities as `MZ/ANAC`, whose permits the
        person must not see: they stand in the tree as those of a partner that gives nothing.
        Raises InvalidRequest; CertificateNotFound where the permit itself is not one of ours though
        its country is, or is hidden; PermitAltered; ServiceUnavailable, KeyUnusable. Any other
        document that is not at hand stands in the tree with the reason.
        """
        name = DocumentName(
            IsoCountryCode.parse(country).text, CertificateNumber.of_partner(number).text
        )
        finder = Finder(self.documents, questions, name, token, hidden=hidden)
        root = build(name, finder.find)
        if self.documents.is_ours(name) and root.held is None:
            raise CertificateNotFound
        others, more = self._others(documents_of(root), replace(finder, left=0))
        return trace_of(root, others, more_others=more, questions=finder.asked)

    def at_hand(self, country: str, number: str, hidden: Collection[str] = ()) -> Trace:
        """Trace a permit by what is at hand, without asking a partner. hidden: as of `trace`.

        Raises as `trace`, and CertificateNotFound where no copy of the permit is at hand.
        """
        found = self.trace(country, number, questions=0, hidden=hidden)
        if found.root.held is None:
            raise CertificateNotFound
        return found

    def _others(
        self, documents: Mapping[DocumentName, HeldDocument | Missing], finder: Finder
    ) -> tuple[list[tuple[DocumentName, HeldDocument | Missing]], bool]:
        """Re-exports beside the tree, as they are at hand, and whether there are more.

        Partners are not asked for them: each was read before, as an answer or as one of ours.
        """
        names: dict[DocumentName, None] = {}
        for document in documents:
            names.update(dict.fromkeys(self.reexports.naming(document, MOST_OTHERS + 1)))
        beside = [name for name in names if name not in documents]
        found = [(name, finder.find(name)) for name in beside[:MOST_OTHERS]]
        return found, len(beside) > MOST_OTHERS


@dataclass(frozen=True, slots=True)
class NoteReexports:
    """Notes what a re-export of a partner names, as its issuer answers with it."""

    reexports: Reexports

    def note(self, country: IsoCountryCode, permit: Permit, at: datetime) -> None:
        """Note an answer. at: aware.

        The answer is shown also where it cannot be noted, as customs wait for it: the log says so,
        and it is noted when its issuer answers with it again.
        """
        if permit.type != REEXPORT:
            return
        named = {name for line in permit.positions if (name := came_with(line))}
        try:
            self.reexports.note(DocumentName(country.text, permit.number.text), named, at)
        except ServiceUnavailable:
            _LOG.warning("A re-export of %s is not noted: sums of traces may be too small", country)
