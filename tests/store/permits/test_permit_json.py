"""Permit as JSON: a permit comes back from the store exactly as it went in."""

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from cattrs.errors import BaseValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.permit import UNSTATED, Permit
from gateway.store.permits.permit_json import from_json, to_json
from tests.builders import a_permit, a_reexport
from tests.long_haul import repetitions

OFFSETS = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)  # as xs:dateTime
ZONES = st.sampled_from([UTC, UNSTATED]) | OFFSETS
LEAVES = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    bool: st.booleans(),
    int: st.integers(),
    type(None): st.none(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: (
        st.datetimes(timezones=ZONES).map(lambda moment: moment.replace(fold=0))
    ),  # no meaning in these zones
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a domain type, so that a field that is added later is tested too."""
    parts = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([anything(part) for part in parts])
    if get_origin(kind) is tuple and parts[-1] is Ellipsis:
        return st.lists(anything(parts[0]), max_size=2).map(tuple)
    if get_origin(kind) is tuple:
        return st.tuples(*[anything(part) for part in parts])
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{each.name: anything(hints[each.name]) for each in fields(kind)})
    return LEAVES[kind]


@pytest.mark.slow
@settings(max_examples=repetitions(short=40, long=150))
@given(anything(Permit))
def test_every_permit_comes_back_exactly(permit):
    # repr, as == would pass over the name of a zone, the exponent of an amount and the offset of a
    # moment
    assert repr(from_json(to_json(permit))) == repr(permit)


@pytest.mark.parametrize("permit", [a_permit(), a_reexport()])
def test_the_sample_permits_come_back(permit):
    assert repr(from_json(to_json(permit))) == repr(permit)


def test_absent_fields_are_not_written():
    assert to_json(Permit(CertificateNumber("MZ1"), "EXPORT")) == '{"number":"MZ1","type":"EXPORT"}'


def test_a_moment_without_zone_stays_without_one():
    permit = a_permit(issued_at=datetime(2026, 3, 2, 9, 30, tzinfo=UNSTATED))
    assert '"issued_at":"2026-03-02T09:30:00"' in to_json(permit)
    assert from_json(to_json(permit)).issued_at.tzname() == "unstated"


def test_utc_is_not_taken_for_an_unstated_zone():
    permit = a_permit(issued_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    assert from_json(to_json(permit)).issued_at.tzname() == "UTC"


def test_a_naive_moment_is_a_mistake():
    with pytest.raises(ValueError, match="aware"):
        to_json(a_permit(issued_at=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_a_field_of_a_later_version_is_refused_rather_than_lost():
    with pytest.raises(BaseValidationError):
        from_json('{"number":"MZ1","type":"EXPORT","box_16":"new"}')
