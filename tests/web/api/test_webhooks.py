"""Webhooks: registered by an operator, signed, tried again with back-off, of one authority."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from gateway.alerting.signed_webhook import SignedWebhook, signature
from gateway.domain.api.event import EventKind
from gateway.domain.api.key import Scope
from gateway.domain.api.refused import ApiKeyInvalid
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.permit.status import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.api.secret import parse
from gateway.exchange.api.webhooks.deliver import MOST_ATTEMPTS, DeliverEvents
from gateway.exchange.permits.own_permits import PermitName
from tests.partners.partner_server import Partner, running, says
from tests.web.api.conftest import NUMBER, Api

ADDRESS = "https://single-window.example/epix"


@dataclass
class Receiver:
    """The port `MessageSender`, in memory. fails: takes nothing."""

    fails: bool = False
    taken: list[tuple[str, str, bytes, str]] = field(default_factory=list)
    tried: int = 0

    def send(self, address: str, message_id: str, at: datetime, body: bytes, secret: str) -> None:
        self.tried += 1
        if self.fails:
            raise ServiceUnavailable("It took nothing.")
        self.taken.append((address, message_id, body, secret))


def key_id(api: Api) -> str:
    return (parse(api.key) or ("", ""))[0]


def deliver(api: Api, receiver: Receiver) -> DeliverEvents:
    made = api.gateway.api.deliver
    return DeliverEvents(made.webhooks, made.keys, receiver, made.encryption, api.clock)


def cancelled(api: Api) -> None:
    """Cancel a permit after the first look."""
    api.clock.pass_(hours=1)
    api.gateway.permits.ending.end(
        PermitName("MZ", NUMBER), Status.CANCELLED, ResponsiblePerson("T. Sitoe", "withdrawn")
    )


def test_a_change_reaches_the_webhook_without_anything_of_the_permit(api: Api) -> None:
    receiver = Receiver()
    _, secret = api.gateway.api.webhooks.add(key_id(api), ADDRESS, (), "T. Sitoe")
    job = deliver(api, receiver)
    assert job.round(lambda: False) == 0
    cancelled(api)
    assert job.round(lambda: False) == 1
    assert job.round(lambda: False) == 0
    ((address, message_id, body, used),) = receiver.taken
    assert (address, used) == (ADDRESS, secret)
    assert message_id.startswith("status-")
    assert json.loads(body) == {
        "type": "permit.cancelled",
        "timestamp": "2026-11-02T09:00:00.000000+00:00",
        "data": {"country": "MZ", "authority": "MZ/ANAC", "number": NUMBER},
    }


@pytest.mark.slow
def test_what_is_not_taken_is_tried_again_less_and_less_often(api: Api) -> None:
    receiver = Receiver(fails=True)
    api.gateway.api.webhooks.add(key_id(api), ADDRESS, [EventKind.CANCELLED], "T. Sitoe")
    job = deliver(api, receiver)
    job.round(lambda: False)
    cancelled(api)
    began = api.clock.now
    job.round(lambda: False)
    job.round(lambda: False)
    assert receiver.tried == 1
    while receiver.tried < MOST_ATTEMPTS:
        api.clock.pass_(hours=4)
        job.round(lambda: False)
        assert api.clock.now - began < timedelta(days=8)
    assert api.clock.now - began > timedelta(days=1)
    receiver.fails = False
    api.clock.pass_(days=1)
    assert job.round(lambda: False) == 0
    assert receiver.tried == MOST_ATTEMPTS


@pytest.mark.slow
def test_a_receiver_that_is_back_gets_what_waited(api: Api) -> None:
    receiver = Receiver(fails=True)
    api.gateway.api.webhooks.add(key_id(api), ADDRESS, [EventKind.CANCELLED], "T. Sitoe")
    job = deliver(api, receiver)
    job.round(lambda: False)
    cancelled(api)
    job.round(lambda: False)
    (listed,) = json.loads(api.get("/webhooks").text)
    assert (listed["address"], listed["waiting"]) == (ADDRESS, 1)
    receiver.fails = False
    api.clock.pass_(minutes=1)
    assert job.round(lambda: False) == 1


def test_a_key_that_counts_no_longer_is_told_nothing(api: Api) -> None:
    receiver = Receiver()
    api.gateway.api.webhooks.add(key_id(api), ADDRESS, [EventKind.CANCELLED], "T. Sitoe")
    job = deliver(api, receiver)
    job.round(lambda: False)
    cancelled(api)
    api.gateway.api.administer.revoke(key_id(api), "T. Sitoe")
    job.round(lambda: False)
    assert not receiver.taken


def test_only_https_and_this_machine_are_addresses(shared: Api) -> None:
    webhooks = shared.gateway.api.webhooks
    for address in (
        "http://single-window.example/epix",
        "https://user@single-window.example/",
        "https://",
        "ftp://single-window.example/",
        "https://single-window.example/\r\nX: y",
        "https://single-window.example/ a",
        "https://[::1/",
        "https://example:99999/",
        "http://127.0.0.1@single-window.example/",
        "https://single-window.example/" + "a" * 500,
        "",
    ):
        with pytest.raises(ApiKeyInvalid):
            webhooks.add(key_id(shared), address, (), "T. Sitoe")
    with pytest.raises(ApiKeyInvalid, match="no such key"):
        webhooks.add("a" * 12, ADDRESS, (), "T. Sitoe")
    reader = (parse(shared.new_key(Scope.READ)) or ("", ""))[0]
    with pytest.raises(ApiKeyInvalid, match="scope events"):
        webhooks.add(reader, ADDRESS, (), "T. Sitoe")
    assert not webhooks.list_all()


@pytest.mark.slow
def test_a_webhook_is_listed_for_its_key_and_removed_with_a_record(api: Api) -> None:
    webhooks = api.gateway.api.webhooks
    made, _ = webhooks.add(key_id(api), "http://127.0.0.1:9/", (), "T. Sitoe")
    first, api.key = api.key, api.new_key()
    assert json.loads(api.get("/webhooks").text) == []
    api.key = first
    assert json.loads(api.get("/webhooks").text)[0]["id"] == made.id
    webhooks.remove(made.id, "T. Sitoe")
    with pytest.raises(ApiKeyInvalid):
        webhooks.remove(made.id, "T. Sitoe")


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the libraries of Standard Webhooks."""
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.fixture
def receiver() -> Iterator[Partner]:
    with running(says(b"", 204, "text/plain")) as server:
        yield server


@pytest.mark.slow
def test_a_message_arrives_signed(receiver: Partner, api: Api) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    SignedWebhook(5.0).send(receiver.address, "m-1", api.clock.now, b"{}", secret)
    (asked,) = receiver.asked
    headers = {name.lower(): value for name, value in asked.headers.items()}
    stamp = str(int(api.clock.now.timestamp()))
    assert headers["webhook-id"] == "m-1"
    assert headers["webhook-timestamp"] == stamp
    assert headers["webhook-signature"] == signature(secret, "m-1", stamp, b"{}")
    assert headers["content-type"] == "application/json"
    with pytest.raises(ServiceUnavailable):
        SignedWebhook(5.0).send("http://127.0.0.1:9/", "m-1", api.clock.now, b"{}", secret)
