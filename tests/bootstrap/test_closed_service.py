"""While the service is closed, nothing is sent by itself: a restored gateway waits for a person."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import DELIVERY_JOB, Gateway, add_sandbox_people, build, jobs_of, now
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.customs.officer import Officer
from gateway.exchange.ports.customs.look_ups import LookUpState
from gateway.exchange.service import maintenance
from gateway.settings import load_settings

pytestmark = pytest.mark.slow

NO_CERTIFICATE = '\n[[partner]]\nkey = "za"\ncountry = "ZA"\naddress = "https://127.0.0.1:1"\n'


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """One with a confirmation that waits for a partner who is not there."""
    monkeypatch.setattr(maintenance, "CACHE_SECONDS", 0.0)
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa(), NO_CERTIFICATE)
    with build(load_settings(tmp_path / "mz")) as built:
        built.outbox.book.book("ZA", "ZA26EX000001", None, [SeenQuantity("A", "5")], "T. Nkosi")
        yield built


def attempts(gateway: Gateway) -> int:
    (delivery,) = (job for job in jobs_of(gateway) if job.name == DELIVERY_JOB)
    delivery.run(lambda: False)
    (outgoing,) = gateway.store.outbox.all(list(DeliveryState))
    return outgoing.attempts


def test_a_closed_service_sends_nothing_and_goes_on_when_it_is_opened(gateway: Gateway) -> None:
    gateway.maintenance.declare(closed=True, person="epix-gateway restore", reason="Restored")
    assert attempts(gateway) == 0
    gateway.maintenance.declare(closed=False, person="T. Sitoe", reason="looked at")
    assert attempts(gateway) == 1


def test_a_question_of_an_officer_waits_while_the_service_is_closed(gateway: Gateway) -> None:
    assert "customs-questions" not in {job.name for job in jobs_of(gateway)}  # no pages
    moments = [now()]
    settings = load_settings(gateway.settings.directory, {"EPIX_WEB__ENABLED": "true"})
    with build(settings, lambda: moments[-1]) as with_pages:
        add_sandbox_people(with_pages)
        account = with_pages.people.accounts.named("customs")
        assert account is not None
        officer = Officer(account.person)
        asked = with_pages.customs.look_ups.ask(officer, "ZA", "ZA26EX000001", "")
        assert (asked.state, asked.attempts) == (LookUpState.WAITING, 1)
        (job,) = (job for job in jobs_of(with_pages) if job.name == "customs-questions")
        moments.append(moments[0] + timedelta(minutes=5))
        for closed, attempts_made in ((True, 1), (False, 2)):
            with_pages.maintenance.declare(closed=closed, person="T. Sitoe", reason="a test")
            job.run(lambda: False)
            (found,) = with_pages.customs.look_ups.recent(officer)
            assert found.attempts == attempts_made
