"""Freshness: old, future and replayed messages are refused."""

import datetime as dt

import pytest

from tests.crypto.ws_security.message_forging import NOW, iso, second_signature, timestamp
from tests.hostile.ws_security.secured_endpoint import EVIL, SecuredEndpoint, good
from tests.soap.endpoint import NUMBER


@pytest.mark.parametrize(
    ("created", "expires"),
    [
        (iso(NOW - dt.timedelta(minutes=7)), None),
        (iso(NOW - dt.timedelta(minutes=7)), "9999-12-31T23:59:59Z"),
        (iso(NOW - dt.timedelta(minutes=3)), iso(NOW - dt.timedelta(minutes=2))),
        (iso(NOW + dt.timedelta(minutes=2)), None),
        (iso(NOW), iso(NOW)),
        (iso(NOW), iso(NOW - dt.timedelta(seconds=1))),
        ("2026-03-02T09:30:00", None),
        ("2026-03-02T09:30:00Z", "2026-03-02T09:35:00"),
        ("2026-03-02 09:30:00Z", None),
        ("2026-03-02T09:30Z", None),
        ("2026-03-02", None),
        ("20260302T093000Z", None),
        ("2026-W10-1T09:30:00Z", None),
        ("02/03/2026 09:30:00", None),
        ("2026-02-30T09:30:00Z", None),
        ("2026-03-02T24:00:01Z", None),
        ("2026-03-02T09:30:60Z", None),
        ("2026-03-02T09:30:00+25:00", None),
        ("2026-03-02T09:30:00+99:99", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("99999-01-01T00:00:00Z", None),
        ("-2026-03-02T09:30:00Z", None),
        ("٢٠٢٦-03-02T09:30:00Z", None),
        ("1772443800", None),
        ("now", None),
        ("", None),
        (None, iso(NOW + dt.timedelta(minutes=1))),
    ],
)
def test_only_a_plain_moment_of_now_is_fresh(
    secured: SecuredEndpoint, created: str | None, expires: str | None
) -> None:
    secured.refuses(good(time=timestamp(created, expires)), "MessageExpired", "SignatureInvalid")


@pytest.mark.parametrize(
    "created",
    [
        iso(NOW - dt.timedelta(minutes=5)),
        iso(NOW + dt.timedelta(seconds=59)),
        "2026-03-02T11:30:00+02:00",
        "2026-03-02T09:30:00.123456789Z",
        " \n2026-03-02T09:30:00Z ",
    ],
)
def test_a_moment_within_age_and_skew_is_fresh_in_any_zone(
    secured: SecuredEndpoint, created: str
) -> None:
    assert secured.post(good(time=timestamp(created, None))).permit("v1")


@pytest.mark.parametrize(
    "inner",
    [
        f"<wsu:Created>{iso(NOW)}</wsu:Created>" * 2,
        f"<wsu:Expires>{iso(NOW)}</wsu:Expires><wsu:Created>{iso(NOW)}</wsu:Created>",
        f"<wsu:Created>{iso(NOW)}<wsu:Created/></wsu:Created>",
        f"<wsu:Created>{iso(NOW)}</wsu:Created><wsu:Other/>",
    ],
)
def test_a_timestamp_says_each_moment_once(secured: SecuredEndpoint, inner: str) -> None:
    secured.refuses(
        good(time=f'<wsu:Timestamp wsu:Id="time">{inner}</wsu:Timestamp>'), "SignatureInvalid"
    )


def test_the_same_message_again_is_a_replay(secured: SecuredEndpoint) -> None:
    message = good()
    assert secured.post(message).permit("v1")
    secured.refuses(message, "MessageReplayed")
    secured.refuses(message + b"<!-- other bytes, same message -->", "MessageReplayed")


def test_the_same_message_under_another_valid_signature_is_a_replay(
    secured: SecuredEndpoint,
) -> None:
    message = good()
    assert secured.post(message).permit("v1")
    assert second_signature(message) != message
    secured.refuses(second_signature(message), "MessageReplayed")


def test_a_refused_message_is_not_remembered(secured: SecuredEndpoint) -> None:
    message = good()
    secured.refuses(message.replace(NUMBER.encode(), EVIL.encode()), "SignatureInvalid")
    assert secured.post(message).permit("v1")
