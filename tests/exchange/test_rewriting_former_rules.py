"""Rewriting: sides and units that an earlier gateway booked or wrote otherwise."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.ledger.endorsement import Confirmation, Role
from gateway.domain.permit.position import Quota
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.exchange.ports import DocumentForm
from tests.builders import IMPORTER, a_permit, a_position
from tests.exchange.conftest import ANAC, MZ_CUSTOMS, NOON, MemoryGateway
from tests.exchange.rewriting_acts import NUMBER, V1, V2, changes, documents, permit, run

IMPORT = a_permit(type="IMPORT", importer=a_permit().exporter, exporter=IMPORTER)


def booked_formerly(gateway: MemoryGateway, **roles: Role) -> None:
    """Confirmations as an earlier gateway booked them: 2 of line A by each caller."""
    stored, documents = gateway.store.stored[ANAC, NUMBER]
    events = tuple(
        Confirmation(
            f"old-{caller}",
            caller.replace("_", "-"),
            role,
            NOON,
            (("A", Quantity(Decimal(2), "NAR")),),
            "digest",
        )
        for caller, role in roles.items()
    )
    published = replace(stored.published, confirmations=events)
    gateway.store.stored[ANAC, NUMBER] = (replace(stored, published=published), documents)


# Sides


@pytest.mark.parametrize("kind", ["IMPORT", "IFS"])
def test_a_count_of_our_own_customs_goes_to_the_side_of_the_kind(
    kind: str, gateway: MemoryGateway
) -> None:
    exporter = None if kind == "IFS" else IMPORTER
    line = a_position(sources=("X",), origin=None, quota=None) if kind == "IFS" else a_position()
    gateway.publish(
        a_permit(type=kind, importer=a_permit().exporter, exporter=exporter, positions=(line,))
    )
    booked_formerly(gateway, mz_customs=Role.EXPORT, za_customs=Role.IMPORT)
    results = run(gateway)
    (result,) = (each for each in results if each.plan and each.plan.rebooked)
    assert result.plan is not None
    assert [(each.reversed_id, each.role) for each in result.plan.rebooked] == [
        ("old-mz_customs", "import"),
        ("old-za_customs", "export"),
    ]
    published = gateway.store.stored[ANAC, NUMBER][0].published
    (ledger,) = (line for line in published.ledger if line.position == "A")
    assert (ledger.confirmed_at_export, ledger.confirmed_at_import) == (2, 2)
    assert [event.id for event in published.confirmations[:2]] == [
        "old-mz_customs",
        "old-za_customs",
    ]
    assert {
        event.role for event in published.effective_confirmations if event.by == "mz-customs"
    } == {Role.IMPORT}
    assert all(event.at == NOON for event in published.confirmations)
    assert {event.person for event in published.reversals} == {"A. Machel"}
    assert not [each for each in run(gateway) if each.plan and each.plan.rebooked]


def test_counts_on_their_side_and_of_unknown_callers_stay(gateway: MemoryGateway) -> None:
    gateway.publish()
    booked_formerly(gateway, mz_customs=Role.EXPORT, za_customs=Role.IMPORT, gone=Role.EXPORT)
    assert changes(gateway) == []


def test_the_side_of_a_multi_use_document_is_never_judged(gateway: MemoryGateway) -> None:
    live = a_position(term="LIV", sources=("C",), quota=None, origin=None)
    gateway.publish(
        a_permit(
            type="OWNERSHIP",
            importer=None,
            purpose="P",
            special_conditions=("IATA Live Animals Regulations",),
            positions=(live,),
        )
    )
    booked_formerly(gateway, mz_customs=Role.IMPORT)
    assert [each for each in run(gateway) if each.plan and each.plan.rebooked] == []


def test_a_final_permit_stays_final_and_its_final_document_follows(gateway: MemoryGateway) -> None:
    gateway.publish(replace(IMPORT, positions=(a_position(),)))
    gateway.confirm(MZ_CUSTOMS, A="5")
    stored, now = gateway.store.stored[ANAC, NUMBER]
    assert stored.published.status is Status.FINAL
    (event,) = stored.published.confirmations
    wrong = replace(stored.published, confirmations=(replace(event, role=Role.EXPORT),))
    gateway.store.stored[ANAC, NUMBER] = (replace(stored, published=wrong), now)
    results = run(gateway)
    assert any(each.plan and each.plan.rebooked for each in results)
    published = gateway.store.stored[ANAC, NUMBER][0].published
    assert published.status is Status.FINAL
    assert [event.role for event in published.effective_confirmations] == [Role.IMPORT]
    assert gateway.confirm(MZ_CUSTOMS, A="5").state == "ALREADY_CONFIRMED"
    assert documents(gateway)["v2", DocumentForm.FINAL] == now["v2", DocumentForm.FINAL]


def test_a_side_with_too_little_left_is_a_decision_for_a_person(gateway: MemoryGateway) -> None:
    gateway.publish(replace(IMPORT, positions=(a_position(quantity=Quantity(Decimal(3), "NAR")),)))
    booked_formerly(gateway, mz_customs=Role.EXPORT, za=Role.EXPORT, za_customs=Role.EXPORT)
    stored, now = gateway.store.stored[ANAC, NUMBER]
    events = list(stored.published.confirmations)
    events.append(replace(events[0], id="right", role=Role.IMPORT))
    wrong = replace(stored.published, confirmations=tuple(events))
    gateway.store.stored[ANAC, NUMBER] = (replace(stored, published=wrong), now)
    (result,) = run(gateway)
    assert result.plan is None
    assert "Only 1 of the 3 NAR" in (result.problem or "")
    assert gateway.store.stored[ANAC, NUMBER][0].published == wrong


# Units of quotas

TUSKS = a_position(
    term="TUS",
    quantity=Quantity(Decimal("25.5"), "KGM"),
    quota=Quota(Quantity(Decimal(30), "KGM"), Quantity(Decimal(100), "KGM")),
)


def test_a_quota_of_a_former_gateway_loses_the_unit_of_box_11(gateway: MemoryGateway) -> None:
    gateway.publish(a_permit(positions=(TUSKS, a_position("B"))))
    (result,) = run(gateway, first=None)
    assert result.plan is not None
    assert (result.plan.units, set(result.plan.replaced)) == (("A",), {V1, V2})
    assert "K01" in {finding.rule for finding in result.plan.findings}
    first, second = permit(gateway).positions
    assert first.quota == Quota(Quantity(Decimal(30)), Quantity(Decimal(100)))
    assert first.quantity == TUSKS.quantity
    assert second == a_position("B")
    assert b"AnnualQuotaQuantity>100<" in documents(gateway)[V1].content
    assert len(gateway.store.former) == 2


def test_a_quota_that_says_its_unit_keeps_it(gateway: MemoryGateway) -> None:
    gateway.publish(a_permit(positions=(TUSKS,)))
    assert [each for each in run(gateway, first=1) if each.plan and each.plan.units] == []
    assert permit(gateway).positions == (TUSKS,)


@pytest.mark.parametrize(
    "quota",
    [
        Quota(Quantity(Decimal(30), "NAR"), Quantity(Decimal(100), "NAR")),
        Quota(Quantity(Decimal(30)), Quantity(Decimal(100))),
        None,
    ],
)
def test_a_quota_of_another_unit_is_left(quota: Quota | None, gateway: MemoryGateway) -> None:
    gateway.publish(a_permit(positions=(replace(TUSKS, quota=quota),)))
    assert [each for each in run(gateway, first=None) if each.plan and each.plan.units] == []
