"""Fitting of a permit to CITESEPermit: subdivisions of countries without an element there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from adapters.fitting.both_versions import (
    Fitting,
    fit_both,
    line_path,
    losses_of_both,
    restore_both,
)
from adapters.required import refuse_other_referenced_types
from gateway.domain.codes import code_name
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.party import Country
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition

_WITH_SUBDIVISION = re.compile(
    r"(?P<name>.*?) ?\(subdivision: (?P<subdivision>[^()]+)\)", re.DOTALL
)


def fitting() -> Fitting:
    """The fitting of this version."""
    return Fitting(fit, restore, losses)


def fit(permit: Permit) -> Permit:
    """Put the subdivision of boxes 12 and 12a beside the name of the country.

    The province may decide the Appendix, so it is not left out.
    """
    refuse_other_referenced_types(permit)
    permit = fit_both(permit)
    lines = tuple(_with_countries(line, _fitted) for line in permit.positions)
    return replace(permit, positions=lines)


def restore(permit: Permit) -> Permit:
    """Inverse of `fit`."""
    lines = tuple(_with_countries(line, _restored) for line in permit.positions)
    return restore_both(replace(permit, positions=lines))


def losses(permit: Permit) -> Iterator[LossNote]:
    """A note for each subdivision of boxes 12 and 12a, and what no version has."""
    yield from losses_of_both(permit)
    for line in permit.positions:
        for box, name, element, country in (
            ("12", "origin", "OriginTradeCountry", line.origin and line.origin.country),
            (
                "12a",
                "last_reexport",
                "ExportTradeCountry",
                line.last_reexport and line.last_reexport.country,
            ),
        ):
            if country and country.subdivision:
                path = line_path(line.id, f"{element}/Name")
                field = f"{name}.subdivision"
                yield LossNote(box, field, country.subdivision, path, line.id)


def _with_countries(line: CitesPosition, change: Callable[[Country], Country]) -> CitesPosition:
    origin, last = line.origin, line.last_reexport
    if origin and origin.country:
        line = replace(line, origin=replace(origin, country=change(origin.country)))
    if last and last.country:
        line = replace(line, last_reexport=replace(last, country=change(last.country)))
    return line


def _fitted(country: Country) -> Country:
    if not country.subdivision:
        return country
    name = country.name or code_name("countries", country.code)
    subdivision = f"(subdivision: {country.subdivision})"
    return Country(country.code, f"{name} {subdivision}" if name else subdivision)


def _restored(country: Country) -> Country:
    found = _WITH_SUBDIVISION.fullmatch(country.name or "")
    if not found:
        return country
    return Country(country.code, found["name"] or None, found["subdivision"])
