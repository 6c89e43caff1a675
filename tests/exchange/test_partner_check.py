"""Check of the way to a partner: which step fails, what is not tried after it, who must act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import (
    KeyUnusable,
    OperationNotAvailable,
    PartnerFault,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.summary import Summary
from gateway.exchange.ports import PartnerState
from gateway.exchange.service.partner_check import (
    Actor,
    PartnerCheck,
    ShownCertificate,
    Step,
    StepResult,
)

NIGHT = datetime(2026, 11, 29, 2, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = ShownCertificate(
    "CN=epix.example.za", "CN=CA", "1f", ("epix.example.za",), "0a" * 32,
    NIGHT - 300 * DAY, NIGHT + 300 * DAY,
)  # fmt: skip
OURS = replace(LONG, subject="CN=mz gateway", names=())
OK, WARNING, FAILED, NOT_TRIED = (
    StepResult.OK, StepResult.WARNING, StepResult.FAILED, StepResult.NOT_TRIED,
)  # fmt: skip


def down(*_: object) -> str:
    raise PartnerUnreachable("Partner za (ZA) refused the connection.")


@dataclass
class Service:
    """A partner whose every step passes."""

    addresses: Callable[[], Sequence[str]] = lambda: ["192.0.2.7"]
    connect: Callable[[], str] = lambda: "192.0.2.7"
    chain: Callable[[], Sequence[bytes]] = lambda: [b"its own", b"its CA"]
    verify: Callable[[], str] = lambda: "TLSv1.3"
    wsdl: Callable[[], str] = lambda: "urn:CitesDataExchange/v2/"


@dataclass
class Case:
    service: Service = field(default_factory=Service)
    shown: ShownCertificate = LONG
    own: Callable[[], ShownCertificate | None] = lambda: OURS
    state: Callable[[], PartnerState] = lambda: PartnerState("OK", "1", None)
    permit: Callable[[], Summary] | None = None

    @property
    def steps(self) -> dict[str, Step]:
        found = PartnerCheck(
            self.service,
            lambda chain: [self.shown for _ in chain],
            self.own,
            self.state,
            self.permit,
            lambda: NIGHT,
        ).steps()
        return {step.name: step for step in found}

    @property
    def results(self) -> dict[str, StepResult]:
        return {name: step.result for name, step in self.steps.items()}


def fault(code: str) -> Callable[[], PartnerState]:
    def refuse() -> PartnerState:
        raise PartnerFault("It refused.", partner_code=code, partner_text="Its words.")

    return refuse


def test_a_way_that_is_open_passes_at_every_step() -> None:
    assert list(Case().results) == [
        "name", "connection", "certificate", "trust", "our certificate", "WSDL", "ServiceState",
    ]  # fmt: skip
    assert set(Case().results.values()) == {OK}
    with_permit = Case(permit=Summary).steps["permit"]
    assert (with_permit.result, with_permit.text) == (OK, Summary().outcome.text())


@pytest.mark.parametrize(
    ("service", "failed", "not_tried"),
    [
        (
            Service(addresses=down),
            "name",
            {"connection", "certificate", "trust", "WSDL", "ServiceState"},
        ),
        (Service(connect=down), "connection", {"certificate", "trust", "WSDL", "ServiceState"}),
        (Service(verify=down), "trust", {"WSDL", "ServiceState"}),
    ],
)
def test_steps_that_need_a_failed_one_are_not_tried(
    service: Service, failed: str, not_tried: set[str]
) -> None:
    results = Case(service, permit=Summary).results
    assert [name for name, result in results.items() if result is FAILED] == [failed]
    assert {name for name, result in results.items() if result is NOT_TRIED} == {
        *not_tried, "permit",
    }  # fmt: skip
    assert results["our certificate"] is OK


def test_a_server_certificate_that_expired_at_night_is_named_with_its_end() -> None:
    over = replace(LONG, valid_until=NIGHT - timedelta(minutes=5))
    step = Case(Service(verify=down), shown=over).steps["certificate"]
    assert (step.result, step.acts) == (FAILED, Actor.PARTNER)
    assert step.text == (
        "Expired on 2026-11-29 at 01:55 UTC: CN=epix.example.za; for epix.example.za"
    )
    assert step.certificate == over


def test_our_own_expired_certificate_is_the_cause_of_what_fails_after_it() -> None:
    over = replace(OURS, valid_until=NIGHT - timedelta(minutes=5))
    steps = Case(own=lambda: over, state=fault("CertificateMissing")).steps
    assert (steps["our certificate"].result, steps["our certificate"].acts) == (FAILED, Actor.WE)
    assert "Expired on 2026-11-29 at 01:55 UTC: CN=mz gateway" in steps["our certificate"].text
    assert (steps["ServiceState"].result, steps["ServiceState"].acts) == (FAILED, Actor.WE)
    assert Case(own=lambda: over, state=down).steps["ServiceState"].acts is Actor.WE  # type: ignore[arg-type]


def test_an_end_within_thirty_days_is_a_warning_and_so_is_no_certificate_of_ours() -> None:
    soon = replace(LONG, valid_until=NIGHT + 29 * DAY + timedelta(hours=1))
    assert Case(shown=soon).steps["certificate"].result is WARNING
    assert "Ends in 29 days" in Case(shown=soon).steps["certificate"].text
    early = replace(LONG, valid_from=NIGHT + DAY)
    assert Case(shown=early).steps["certificate"].result is FAILED
    assert Case(own=lambda: None).results["our certificate"] is WARNING


def test_a_key_of_ours_that_cannot_be_read_is_ours_to_mend() -> None:
    def unreadable() -> ShownCertificate:
        raise KeyUnusable("keys/client cannot be read.")

    step = Case(own=unreadable).steps["our certificate"]
    assert (step.result, step.acts) == (FAILED, Actor.WE)


@pytest.mark.parametrize(
    ("code", "acts"),
    [
        ("CertificateMissing", Actor.WE),
        ("CallerNotFound", Actor.PARTNER),
        ("AccessDenied", Actor.PARTNER),
        ("CalleeNotFound", Actor.BOTH),
        ("ServiceUnavailable", Actor.PARTNER),
        ("SomethingOfItsOwn", Actor.PARTNER),
    ],
)
def test_a_fault_says_who_must_act(code: str, acts: Actor) -> None:
    step = Case(state=fault(code)).steps["ServiceState"]
    assert (step.result, step.acts) == (FAILED, acts)
    assert f"It says {code}: Its words." in step.text


def test_the_words_of_a_fault_are_cut() -> None:
    def refuse() -> PartnerState:
        raise PartnerFault("No.", partner_code="X" * 5000, partner_text="y" * 5000)

    assert len(Case(state=refuse).steps["ServiceState"].text) < 600


def test_a_wsdl_that_is_not_published_is_a_warning_only() -> None:
    def none() -> str:
        raise PartnerTimeout("Partner za (ZA) answers 404 where a WSDL is asked for.")

    steps = Case(Service(wsdl=none)).steps
    assert (steps["WSDL"].result, steps["ServiceState"].result) == (WARNING, OK)


def test_certificates_that_cannot_be_read_fail_their_step() -> None:
    def unreadable(_: Sequence[bytes]) -> Sequence[ShownCertificate]:
        raise ValueError

    check = PartnerCheck(Service(), unreadable, lambda: OURS, Case().state, None, lambda: NIGHT)
    step = next(each for each in check.steps() if each.name == "certificate")
    assert (step.result, step.acts) == (FAILED, Actor.PARTNER)


def test_an_operation_that_the_partner_lacks_is_a_warning_and_the_permit_is_tried() -> None:
    def lacking() -> PartnerState:
        raise OperationNotAvailable("ServiceState does not exist in the dialect czech.")

    steps = Case(state=lacking, permit=Summary).steps
    assert (steps["ServiceState"].result, steps["ServiceState"].acts) == (WARNING, None)
    assert "dialect czech" in steps["ServiceState"].text
    assert steps["permit"].result is OK
