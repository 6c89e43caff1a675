"""Case: a permit with what the reference data say of each line, looked up once for all rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from gateway.domain.identifiers import Authority
from gateway.domain.permit.party import Party
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.references.facts import TaxonFacts
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.references import History, References

_NO_COUNTRY = frozenset({"XX", "ZZ"})
"""Unknown; the sea."""
_MOST_NOTED = 300
"""Characters of notes in a sentence; `listings show` has them all."""
_LEAVES_ITS_ORIGIN = frozenset({"EXPORT", "ORIGIN", "PHYTO", "BREDCAPT", "ARTPROP"})
"""Documents whose issuing country is the country of origin where box 12 is blank."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and what is known of its taxon; None where the taxon is not known."""

    position: CitesPosition
    facts: TaxonFacts | None


@dataclass(frozen=True, slots=True)
class Case:
    """A permit before the rules that need more than the permit.

    history: None where the history of permits is not at hand.
    """

    permit: Permit
    authority: Authority
    references: References
    history: History | None
    lines: tuple[Line, ...]

    @property
    def day(self) -> date | None:
        """Day of issue (box 13), by which listings, quotas and suspensions are judged."""
        return self.permit.issued_at.date() if self.permit.issued_at else None

    @property
    def known_lines(self) -> Iterator[tuple[CitesPosition, TaxonFacts]]:
        """The lines whose taxon is known."""
        for line in self.lines:
            if line.facts is not None:
                yield line.position, line.facts

    @property
    def exporting(self) -> str | None:
        """Country that the goods leave; None where box 4 does not say."""
        issuer_imports = self.permit.document_type.issuer_imports
        return _country(self.permit.exporter) if issuer_imports else self.authority.country.text

    @property
    def importing(self) -> str | None:
        """Country that the goods enter; None where box 3 does not say."""
        issuer_imports = self.permit.document_type.issuer_imports
        return self.authority.country.text if issuer_imports else _country(self.permit.importer)

    def origin(self, line: CitesPosition) -> str | None:
        """Country of origin of a line (box 12).

        Where the box is blank: the issuing country of a document that goods leave their origin by.
        None where it is not known.
        """
        country = line.origin.country.code if line.origin and line.origin.country else None
        if country is None and self.permit.type in _LEAVES_ITS_ORIGIN:
            country = self.authority.country.text
        return None if country in _NO_COUNTRY else country


ReferenceRule = Callable[[Case], Iterator[Finding]]


def open_case(
    permit: Permit, authority: Authority, references: References, history: History | None
) -> Case:
    """Look up the taxa of a permit. Raises ServiceUnavailable."""
    lines = tuple(
        Line(line, references.taxon(line.scientific_name) if line.scientific_name else None)
        for line in permit.positions
    )
    return Case(permit, authority, references, history, lines)


def in_words(text: str) -> str:
    """Return notes as a sentence can hold them; foreign text, not yet cleaned."""
    if len(text) > _MOST_NOTED:
        return text[:_MOST_NOTED] + "…"
    return text or "-"


def _country(party: Party | None) -> str | None:
    return party.country.code if party and party.country else None
