"""Comparison of two names by the taxa and synonyms of the listings that were imported."""

from gateway.domain.declarations.compare import SameTaxon
from gateway.domain.references.rows import DataKind
from gateway.domain.rules.references import References


def same_taxon_by(references: References) -> SameTaxon:
    """Return the comparison by reference data; it answers None where it does not know both."""

    def same(declared: str, permitted: str) -> bool | None:
        if not references.has(DataKind.TAXA):
            return None
        one, other = references.taxon(declared), references.taxon(permitted)
        return one.taxon.id == other.taxon.id if one and other else None

    return same
