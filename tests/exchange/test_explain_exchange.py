"""An exchange is explained: whose certificate it was, what the fault said, who must act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain import errors
from gateway.exchange.journal.explaining.advice import ASKED_OF_US, NOTHING, Actor, advice
from gateway.exchange.journal.explaining.explain import ExplainExchange
from gateway.exchange.journal.explaining.holders import Basis, CertificateHolders
from gateway.exchange.journal.refused_handshake import OPERATION
from gateway.exchange.ports import Direction, Exchange, ShownCertificate
from gateway.soap.faults import FAULTS
from tests.builders import a_shown_certificate

AT = datetime(2026, 11, 29, 2, 0, 5, tzinfo=UTC)
PINNED, RULED, RENEWED, STRANGER = "aa" * 32, "bb" * 32, "cc" * 32, "dd" * 32
SHOWN = [
    a_shown_certificate(sha256=PINNED, subject="CN=pinned"),
    a_shown_certificate(sha256=RULED, subject="CN=ruled"),
    a_shown_certificate(sha256=RULED, subject="CN=ruled", partner="za"),
    a_shown_certificate(sha256=RENEWED, subject="CN=ruled"),
    a_shown_certificate(sha256=STRANGER, subject="CN=stranger"),
]


def holders(shown: list[ShownCertificate] = SHOWN) -> CertificateHolders:
    return CertificateHolders({PINNED: "ch"}, lambda: shown)


def an_exchange(**changes) -> Exchange:
    exchange = Exchange(
        "0192f0c1-0000-7000-8000-000000000001",
        Direction.IN,
        AT,
        AT + timedelta(seconds=0.2),
        None,
        None,
        None,
        PINNED,
        None,
        "CertificateMissing",
        b"",
        b"",
    )
    return replace(exchange, **changes)


@pytest.mark.parametrize(
    ("fingerprint", "partner", "basis"),
    [
        (PINNED, "ch", Basis.PINNED),
        (RULED, "za", Basis.KNOWN),
        (RENEWED, "za", Basis.SUBJECT),
        (STRANGER, None, None),
        ("ee" * 32, None, None),
    ],
)
def test_a_certificate_is_its_partners_by_the_strongest_basis(fingerprint, partner, basis) -> None:
    holder = holders().of(fingerprint)
    assert (holder.partner, holder.basis) == (partner, basis)


def test_a_subject_of_two_partners_names_neither() -> None:
    other = a_shown_certificate(sha256="ff" * 32, subject="CN=ruled", partner="bw")
    assert holders([*SHOWN, other]).of(RENEWED).partner is None


def test_certificates_of_a_partner_are_found_refused_ones_among_them() -> None:
    assert holders().fingerprints("za") == {RULED, RENEWED}
    assert holders().fingerprints("ch") == {PINNED}
    assert holders().fingerprints("nobody") == frozenset()


def test_a_refused_partner_is_named_and_told_what_to_do() -> None:
    told = ExplainExchange(holders(), lambda _: None).explain(an_exchange())
    assert "2026-11-29 at 02:00:05 UTC" in str(told.sentence)
    assert "partner ch's" in str(told.sentence)
    assert told.advice.actor is Actor.PARTNER
    assert "new one" in str(told.advice.attempt)
    assert told.holder
    assert told.holder.certificate == SHOWN[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"caller": "za", "outcome": "ok", "operation": "ServiceState"}, "partner za asked this"),
        ({"fingerprint": None}, "a caller that is not known here asked this gateway"),
        ({"operation": OPERATION, "answer": b"no certificate"}, "in the TLS handshake: no cert"),
        ({"direction": Direction.OUT, "callee": "ZA"}, "this gateway asked ZA"),
        ({"direction": Direction.OWN, "operation": "hold"}, "our own staff"),
    ],
)
def test_the_sentence_says_who_asked_whom(changes, said: str) -> None:
    told = ExplainExchange(holders(), lambda _: None).explain(an_exchange(**changes))
    assert said in str(told.sentence)


def test_every_fault_that_a_partner_can_get_has_its_advice() -> None:
    reported = {rule.shown_as or kind for kind, rule in FAULTS.items()}
    kinds = {kind for kind in reported if kind is not errors.InternalError}
    missing = {kind.__name__ for kind in kinds - ASKED_OF_US.keys()}
    of_files = {"SettingsInvalid", "KeyUnusable", "RecordInvalid", "ReferenceDataInvalid"}
    of_files |= {"DocumentInvalid", "BackupInvalid", "RestoreRefused"}
    of_partners = {kind for kind in missing if kind.startswith("Partner")}
    assert missing - of_files - of_partners == set()


def test_what_went_well_needs_nothing_and_another_code_is_read_in_the_messages() -> None:
    assert advice("ok", by_us=False) is NOTHING
    assert "journal show" in advice("SomethingElse", by_us=True).attempt.template
