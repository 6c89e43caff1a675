"""Completeness of the lines: boxes 7 to 10 (rules F10 to F12)."""

import re
from collections.abc import Iterator

from gateway.domain.codes import code_list, sources
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error, warning

_SEVERAL_TAXA = re.compile(
    r"[/;+]"
    r"|(?:[,&]|\b(?:and|or|et|ou|y|o)\b)\s*(?:[A-Z][a-z-]+\s+|[A-Z]\.\s*)(?:[a-z-]{3,}|spp?\b)"
)
"""A second name behind the first. Authors of a name (`Rauh & Gerold`) are none, nor is the cross
between the parents of a hybrid."""


def lines_are_lettered(permit: Permit, _: Authority) -> Iterator[Finding]:
    """At least a line, and a different letter for each.

    Source: wire contract, section 3.2; 50 CFR 23.23(c)(1).
    """
    if not permit.positions:
        yield error("F10", "no-line", box="7")
    letters = [line.id for line in permit.positions]
    for letter in dict.fromkeys(letters):
        if not letter or letter.split() != [letter]:
            yield error("F10", "letter-unusable", box="7", position=letter, value=letter)
        if letters.count(letter) > 1:
            yield error("F10", "letter-repeated", box="7", position=letter, value=letter)


def each_line_is_described(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 9. Source: 50 CFR 23.23(c)(12)."""
    for line in permit.positions:
        if not line.term and not line.description and not permit.left_to_holder("9"):
            yield error("F10", "description-missing", box="9", position=line.id)
        elif line.term and line.term not in code_list("terms"):
            yield warning("F10", "term-unknown", box="9", position=line.id, value=line.term)


def each_line_has_one_source(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10: a single source; a second only beside I or O.

    Source: 50 CFR 23.23(c)(18), 23.24.
    """
    known = sources()
    every = " ".join(known)
    beside_others = [code for code in known if known[code].allows_second]
    for line in permit.positions:
        if not line.sources and not permit.left_to_holder("10"):
            yield error("F10", "source-missing", box="10", position=line.id, expected=every)
        for code in line.sources:
            if code not in known:
                yield error(
                    "F10", "source-unknown", box="10", position=line.id, value=code, expected=every
                )
        if len(line.sources) > (2 if set(beside_others).intersection(line.sources) else 1):
            yield error(
                "F10",
                "several-sources",
                box="10",
                position=line.id,
                value=" ".join(line.sources),
                expected=" ".join(beside_others),
            )


def each_line_has_one_appendix(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10, never a split value. Source: 50 CFR 23.23(c)(1); UNEP-WCMC shipment rule."""
    for line in permit.positions:
        if line.appendix is None and permit.left_to_holder("10"):
            continue
        if line.appendix not in code_list("appendices"):
            yield error(
                "F11",
                "appendix-unknown" if line.appendix else "appendix-missing",
                box="10",
                position=line.id,
                value=line.appendix or "",
                expected=" ".join(code_list("appendices")),
            )


def each_line_names_a_species(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7; a higher taxon only in agreed cases. Source: 50 CFR 23.23(c)(13)."""
    for line in permit.positions:
        name = line.scientific_name or ""
        words = name.split()
        if not words and permit.left_to_holder("7"):
            continue
        if not words:
            yield error("F12", "name-missing", box="7", position=line.id)
        elif len(words) == 1 or words[1].rstrip(".") in {"sp", "spp"}:
            yield warning("F12", "higher-taxon", box="7", position=line.id, value=name)


def each_line_names_one_taxon(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 7: goods of several species have a line for each. Source: 50 CFR 23.23(c)(12), (18)."""
    for line in permit.positions:
        name = line.scientific_name or ""
        if _SEVERAL_TAXA.search(name):
            yield error("F10", "several-taxa", box="7", position=line.id, value=name)


RULES: tuple[Rule, ...] = (
    lines_are_lettered,
    each_line_is_described,
    each_line_has_one_source,
    each_line_has_one_appendix,
    each_line_names_a_species,
    each_line_names_one_taxon,
)
