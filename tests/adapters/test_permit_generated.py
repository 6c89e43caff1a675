"""Round trips of generated permits, in both schema versions."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.party import (
    Address,
    Country,
    Location,
    Party,
    ReferencedDocument,
    Signatory,
)
from gateway.domain.permit.permit import UNSTATED, Permit
from gateway.domain.permit.position import (
    CitesPosition,
    Examination,
    LastReexport,
    Origin,
    Quota,
    RegisteredOperation,
)
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)
from gateway.exchange.ports import PermitFormat
from tests.long_haul import repetitions

pytestmark = pytest.mark.slow

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip(" \t\r\n"))
TOKENS = st.from_regex(r"[!-~éß漢]{1,8}( [!-~éß漢]{1,8})?", fullmatch=True)
ZONES = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))) | st.just(
    UNSTATED
)
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES)  # noqa: DTZ001
QUANTITIES = st.builds(
    Quantity,
    st.decimals(0, 10**9, places=3, allow_nan=False).map(Decimal),
    st.sampled_from(["NAR", "KGM", "PCS"]),
)


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def full(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Parts with at least one value; a part without any is the same as none."""
    return strategy.filter(lambda part: part != type(part)())


def country(subdivision: bool = True) -> st.SearchStrategy[object]:
    return full(
        st.builds(Country, maybe(TOKENS), maybe(WORDS), maybe(WORDS) if subdivision else st.none())
    )


ADDRESSES = full(
    st.builds(
        Address,
        st.lists(WORDS, max_size=3).map(tuple),
        maybe(WORDS),
        maybe(TOKENS),
        maybe(WORDS),
        maybe(country()),
    )
)
PARTIES = full(
    st.builds(Party, maybe(WORDS), maybe(TOKENS), maybe(ADDRESSES), maybe(WORDS), maybe(WORDS))
)
LOCATIONS = full(st.builds(Location, maybe(TOKENS), maybe(WORDS)))
NUMBERED = full(st.builds(ReferencedDocument, maybe(TOKENS), maybe(WORDS), maybe(MOMENTS)))
REFERENCED = full(
    st.builds(ReferencedDocument, maybe(TOKENS), maybe(WORDS), maybe(MOMENTS), maybe(TOKENS))
)
EXAMINATIONS = full(
    st.builds(Examination, maybe(MOMENTS), maybe(QUANTITIES), maybe(LOCATIONS), maybe(PARTIES))
)
INSPECTIONS = full(
    st.builds(
        Examination,
        maybe(MOMENTS),
        maybe(QUANTITIES),
        maybe(LOCATIONS),
        maybe(PARTIES),
        maybe(QUANTITIES),
        maybe(QUANTITIES),
    )
)
REASONS = st.lists(TOKENS, min_size=1, max_size=3).map("\n".join)
NUMBERS = st.integers(1, 99999)


def signatory(letter: str, party: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(
        Signatory,
        letter=st.just(letter),
        signed_at=maybe(MOMENTS),
        stamp=maybe(TOKENS),
        statement=maybe(WORDS),
        party=party,
        place=maybe(LOCATIONS),
    )


POSITIONS = st.builds(
    CitesPosition,
    id=st.from_regex(r"[!-~]{1,4}", fullmatch=True),
    scientific_name=maybe(WORDS),
    common_names=st.lists(WORDS, max_size=3).map(tuple),
    description=WORDS,
    term=maybe(TOKENS),
    marks=st.lists(WORDS, max_size=3).map(tuple),
    appendix=maybe(st.sampled_from(["I", "II", "III"])),
    sources=st.sampled_from([(), ("W",), ("O", "C")]),
    quantity=QUANTITIES,
    quota=maybe(full(st.builds(Quota, maybe(QUANTITIES), maybe(QUANTITIES), maybe(REASONS)))),
    origin=maybe(full(st.builds(Origin, maybe(country(subdivision=False)), maybe(NUMBERED)))),
    last_reexport=maybe(
        full(st.builds(LastReexport, maybe(country(subdivision=False)), maybe(NUMBERED)))
    ),
    annotation=maybe(st.from_regex(r"#[1-9][0-9]?", fullmatch=True)),
    operation=maybe(
        full(
            st.builds(
                RegisteredOperation,
                maybe(TOKENS),
                maybe(REFERENCED),
                maybe(MOMENTS),
                maybe(MOMENTS),
                maybe(REASONS),
            )
        )
    ),
    examination=maybe(INSPECTIONS),
)
PERMITS = st.builds(
    Permit,
    number=st.from_regex(r"[A-Za-z0-9/._-]{1,20}( [A-Za-z0-9/._-]{1,20})?", fullmatch=True).map(
        CertificateNumber
    ),
    type=st.sampled_from(["EXPORT", "REEXPORT", "IMPORT", "OWNERSHIP", "PRECONV", "OTHER"]),
    type_name=st.just(None),
    copy=maybe(st.booleans()),
    valid_from=maybe(MOMENTS),
    valid_until=MOMENTS,
    importer=PARTIES,
    exporter=PARTIES,
    special_conditions=st.lists(WORDS, max_size=2).map(tuple),
    replacement=maybe(st.builds(Replacement, maybe(TOKENS), maybe(MOMENTS), maybe(REASONS))),
    retrospective=maybe(st.builds(Retrospective, maybe(TOKENS), maybe(MOMENTS), maybe(REASONS))),
    partially_completed=maybe(
        st.builds(
            PartiallyCompleted,
            st.lists(st.sampled_from(["3", "5", "11a"]), unique=True).map(tuple),
            maybe(NUMBERS),
        )
    ),
    import_permit=maybe(st.builds(ImportPermit, maybe(TOKENS), maybe(MOMENTS), maybe(TOKENS))),
    carnet=maybe(st.builds(Carnet, maybe(TOKENS), maybe(MOMENTS))),
    annex=maybe(st.builds(Annex, maybe(NUMBERS))),
    purpose=maybe(TOKENS),
    purpose_text=maybe(WORDS),
    management_authority=signatory("A", PARTIES),
    applicant=maybe(signatory("B", maybe(PARTIES))),
    issuer=maybe(signatory("C", maybe(PARTIES))),
    examiner=maybe(signatory("D", maybe(PARTIES))),
    issued_at=maybe(MOMENTS),
    issued_where=maybe(LOCATIONS),
    transport=maybe(REFERENCED),
    examination=maybe(EXAMINATIONS),
    positions=st.lists(POSITIONS, max_size=3, unique_by=lambda line: line.id).map(tuple),
    carried=st.just(()),
)


def is_said_twice(permit: Permit) -> bool:
    """Whether a signature has the date or place of box 13 or 14, which v1 shows there alone."""
    signed = (permit.management_authority, permit.applicant, permit.issuer)
    pairs = [(block, permit.issued_at, permit.issued_where) for block in signed]
    seen = permit.examination or Examination()
    return any(
        (block.signed_at is not None and block.signed_at == at)
        or (block.place is not None and block.place == place)
        for block, at, place in (*pairs, (permit.examiner, seen.at, seen.port))
        if block is not None
    )


@settings(
    max_examples=repetitions(short=5, long=100),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(permit=PERMITS)
def test_any_permit_comes_back_from_its_document(
    permit_format: PermitFormat, permit: Permit
) -> None:
    assume(not is_said_twice(permit))
    assert permit_format.read(permit_format.write(permit)) == permit
