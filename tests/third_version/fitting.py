"""Fitting of a permit to the invented third version: the code of a place has no element there."""

import re
from collections.abc import Iterator
from dataclasses import replace

from adapters.fitting.both_versions import Fitting, fit_both, losses_of_both, restore_both
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.party import Location
from gateway.domain.permit.permit import Permit

_WITH_CODE = re.compile(r"(?:(?P<name>.*) )?\(code (?P<code>\S+)\)", re.DOTALL)


def fit(permit: Permit) -> Permit:
    place = permit.issued_where
    if place and place.code:
        name = f"{place.name} (code {place.code})" if place.name else f"(code {place.code})"
        permit = replace(permit, issued_where=Location(name=name))
    return fit_both(permit)


def restore(permit: Permit) -> Permit:
    place = permit.issued_where
    if place and (found := _WITH_CODE.fullmatch(place.name or "")):
        permit = replace(permit, issued_where=Location(found["code"], found["name"]))
    return restore_both(permit)


def losses(permit: Permit) -> Iterator[LossNote]:
    yield from losses_of_both(permit, "Certificate/Condition")
    if permit.issued_where and permit.issued_where.code:
        code = permit.issued_where.code
        yield LossNote("13", "issued_where.code", code, "Certificate/Place")


FITTING = Fitting(fit, restore, losses)
