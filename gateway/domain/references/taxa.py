"""Taxon: accepted name, rank and higher taxa, and how a name of box 7 is compared with it.

Names are compared without regard to case, spacing and author: `PANTHERA  TIGRIS (Linnaeus, 1758)`
is `Panthera tigris`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields

RANKS = (
    "KINGDOM",
    "PHYLUM",
    "CLASS",
    "ORDER",
    "FAMILY",
    "SUBFAMILY",
    "GENUS",
    "SPECIES",
    "SUBSPECIES",
    "VARIETY",
)
"""From the highest to the lowest, as Species+ writes them."""

_BELOW_GENUS = frozenset({"SPECIES", "SUBSPECIES", "VARIETY"})
_BELOW_SPECIES = frozenset({"SUBSPECIES", "VARIETY"})
_EPITHET = re.compile(r"[a-z\u00e0-\u00f6\u00f8-\u00ff][a-z\u00df-\u00f6\u00f8-\u00ff-]*")
_RANK_MARKS = frozenset({"ssp.", "subsp.", "var.", "f.", "forma"})
"""Stand before a lower epithet, in some lists."""
_INDETERMINATE = frozenset({"spp.", "spp", "sp.", "sp"})
_MOST_WORDS = 12
"""More than any name with its author has."""


@dataclass(frozen=True, slots=True)
class Taxon:
    """A taxon of the standard nomenclature.

    id: of Species+, or of the national list in its place; the other data name the taxon by it.
    kingdom, phylum, class_name, order, family: higher taxa by name, empty where not stated.
    listing: Appendices as the list of taxa sums them up, without dates: `I`, `I/II`, `II/NC`.
    """

    id: int
    name: str
    rank: str
    author: str = ""
    kingdom: str = ""
    phylum: str = ""
    class_name: str = ""
    order: str = ""
    family: str = ""
    listing: str = ""

    @property
    def species_name(self) -> str:
        """Name of the species of a lower taxon; its own name otherwise."""
        return " ".join(self.name.split()[:2]) if self.rank in _BELOW_SPECIES else self.name

    def higher(self) -> Iterator[tuple[str, str]]:
        """Yield rank and name of each higher taxon that is known, the nearest first."""
        if self.rank in _BELOW_SPECIES:
            yield "SPECIES", self.species_name
        if self.rank in _BELOW_GENUS:
            yield "GENUS", self.name.split()[0]
        named = (
            ("FAMILY", self.family),
            ("ORDER", self.order),
            ("CLASS", self.class_name),
            ("PHYLUM", self.phylum),
            ("KINGDOM", self.kingdom),
        )
        for rank, name in named:
            if name and rank != self.rank:
                yield rank, name

    @property
    def has_all_higher_taxa(self) -> bool:
        """Whether every higher taxon is stated, so that nothing inherited is overlooked.

        Plants have neither phylum nor class in the standard nomenclature.
        """
        of_animal = (self.phylum, self.class_name) if self.kingdom != "Plantae" else ()
        return all((self.kingdom, self.order, self.family, *of_animal))

    def joined(self, other: "Taxon") -> "Taxon | None":
        """Return the taxon with what another description of it adds; None where they differ."""
        both = {}
        for field in fields(self):
            here, there = getattr(self, field.name), getattr(other, field.name)
            if here and there and here != there:
                return None
            both[field.name] = here or there
        return Taxon(**both)

    @property
    def is_species(self) -> bool:
        """Whether it is a species or lower, which has a range of its own."""
        return self.rank in _BELOW_GENUS


@dataclass(frozen=True, slots=True)
class Synonym:
    """A name that is not the accepted one. accepted_id, accepted_name: of the taxon meant."""

    name: str
    accepted_id: int
    accepted_name: str
    author: str = ""


def name_key(name: str) -> str:
    """Return the form in which names are compared: without case and repeated spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def keys_of(name: str) -> tuple[str, str, str]:
    """Return the keys under which a name of box 7 may be known, the most exact first.

    As written; without its author; its species, where it names a lower taxon. A name of a genus
    with `spp.` is the genus. The same key again stands for one that does not apply. In a name that
    is written in capital letters the author cannot be told from an epithet.
    """
    full = name_key(name)
    words = full.split()[:_MOST_WORDS]
    if len(words) < 2 or words[1] in _INDETERMINATE:
        bare = words[0] if words else ""
        return full, bare, bare
    written = " ".join(unicodedata.normalize("NFC", name).split()).split()
    is_shouted = written[1][:1].isupper()
    epithets = []
    for word, as_written in zip(words[1:], written[1:], strict=False):
        if word in _RANK_MARKS:
            continue
        if not _EPITHET.fullmatch(word) or (as_written[:1].isupper() and not is_shouted):
            break
        epithets.append(word)
    bare = " ".join([words[0], *epithets])
    return full, bare, " ".join(bare.split()[:2])
