"""Expiry: the last day of box 2 counts to its end, in its own zone, wherever a permit is used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.domain.errors import CertificateExpired
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import ConfirmationState, SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.rules import Finding
from gateway.domain.rules.use import use_findings
from tests.builders import a_permit

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
CUSTOMS = Partner("za", IsoCountryCode("ZA"))
STRICT = replace(CUSTOMS, confirms_after_expiry=False)
MAPUTO = timezone(timedelta(hours=2))
LAST_DAY = datetime(2026, 9, 30, tzinfo=MAPUTO)
LAST_MOMENT = datetime(2026, 9, 30, 21, 59, 59, 999999, UTC)
OVER = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)


def published(valid_until: datetime | None = LAST_DAY) -> PublishedPermit:
    return PublishedPermit(ANAC, a_permit(valid_until=valid_until))


def confirmed(
    permit: PublishedPermit, at: datetime, by: Partner = CUSTOMS
) -> tuple[PublishedPermit, ConfirmationState]:
    seen = [SeenQuantity(line.id, "1") for line in permit.permit.positions]
    after, _, state = permit.confirm(seen, by, at, "0" * 64, "event")
    return after, state


def late(permit: PublishedPermit) -> list[Finding]:
    return [finding for finding in use_findings(permit) if finding.rule == "V05"]


@pytest.mark.parametrize(
    ("valid_until", "at", "expired"),
    [
        (LAST_DAY, LAST_MOMENT, False),
        (LAST_DAY, OVER, True),
        (LAST_DAY.replace(hour=17), LAST_MOMENT, False),
        (datetime(2026, 9, 30, tzinfo=UTC), OVER, False),
        (datetime(2026, 9, 30, tzinfo=timezone(timedelta(hours=-10))), OVER, False),
        (None, datetime(2999, 1, 1, tzinfo=UTC), False),
    ],
)
def test_the_last_day_counts_to_its_end_in_its_own_zone(
    valid_until: datetime | None, at: datetime, *, expired: bool
) -> None:
    permit = a_permit(valid_until=valid_until)
    assert (permit.expired_since(at) is not None) is expired
    if expired:
        assert permit.expired_since(at) == OVER


def test_a_confirmation_in_time_has_no_finding() -> None:
    after, _ = confirmed(published(), LAST_MOMENT)
    assert after.status is Status.FINAL
    assert not late(after)


def test_one_after_expiry_is_booked_with_a_finding() -> None:
    after, state = confirmed(published(), OVER)
    assert (after.status, state) == (Status.FINAL, ConfirmationState.CONFIRMED)
    (finding,) = late(after)
    assert (finding.sentence, finding.box) == ("confirmed-late", "2")
    assert finding.expected == "2026-10-01"
    assert "not known" in finding.text()


def test_where_the_profile_says_so_it_is_refused_and_nothing_is_booked() -> None:
    with pytest.raises(CertificateExpired, match="2026-10-01") as refused:
        confirmed(published(), OVER, STRICT)
    assert refused.value.retry == "never"
    assert confirmed(published(), LAST_MOMENT, STRICT)[1] is ConfirmationState.CONFIRMED


def test_a_repetition_after_expiry_is_answered_as_the_first_time() -> None:
    once, _ = confirmed(published(), LAST_MOMENT, STRICT)
    again, state = confirmed(once, OVER, STRICT)
    assert (again, state) == (once, ConfirmationState.ALREADY_CONFIRMED)
