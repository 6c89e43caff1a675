"""Rewriting of published permits: what former rules left otherwise, and nothing else."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.errors import InvalidRequest, KeyUnusable, PermitAltered
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.ledger.endorsement import Confirmation, Role
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Quota, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import Status
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.rewriting.plan import TodaysDocuments
from gateway.exchange.permits.rewriting.rewrite import RewritePermits, Rewritten
from gateway.exchange.ports import Direction, Document, DocumentForm
from tests.builders import IMPORTER, a_permit, a_position, an_examination
from tests.exchange.conftest import ANAC, MZ_CUSTOMS, NOON, ZA, ZA_CUSTOMS, MemoryGateway

BY = ResponsiblePerson("A. Machel", "new rules of the gateway")
PARTNERS = {each.key: each for each in (ZA, ZA_CUSTOMS, MZ_CUSTOMS)}
NUMBER = a_permit().number
V1, V2 = (("v1", DocumentForm.NON_FINAL), ("v2", DocumentForm.NON_FINAL))
CATEGORY = a_permit(
    positions=(a_position(operation=RegisteredOperation(category_code="A-MZ-501")),)
)
IMPORT = a_permit(type="IMPORT", importer=a_permit().exporter, exporter=IMPORTER)


class Sealing:
    """The port `Sealer`."""

    def seal(self, document: bytes) -> bytes:
        return b"<seal>" + document[:20]


def rewriting(gateway: MemoryGateway, first: int | None = 1) -> RewritePermits:
    return RewritePermits(
        gateway.store,
        gateway.store.begin_work,
        TodaysDocuments(gateway.both_formats),
        dict.fromkeys(gateway.authorities, gateway.rule),
        PARTNERS,
        gateway.sealer,
        gateway.records,
        lambda: first,
        lambda: NOON,
        lambda: f"new-{next(gateway.ids)}",
    )


def run(gateway: MemoryGateway, *, dry_run: bool = False, first: int | None = 1) -> list[Rewritten]:
    return list(rewriting(gateway, first).rewrite(BY, dry_run=dry_run))


def changes(gateway: MemoryGateway) -> list[Rewritten]:
    """As `run`, without permits of which there are findings alone."""
    return [each for each in run(gateway) if each.plan is None or not each.plan.changes_nothing]


def documents(gateway: MemoryGateway) -> dict[tuple[str, DocumentForm], Document]:
    return dict(gateway.store.stored[ANAC, NUMBER][1])


def permit(gateway: MemoryGateway) -> Permit:
    return gateway.store.stored[ANAC, NUMBER][0].published.permit


def as_formerly(gateway: MemoryGateway, **changed: Document | None) -> None:
    """Documents as an earlier gateway left them, without loss notes; None: withheld."""
    stored, now = gateway.store.stored[ANAC, NUMBER]
    former = {name: replace(each, losses=()) for name, each in now.items()}
    for version, document in changed.items():
        name = (version, DocumentForm.NON_FINAL)
        if document is None:
            del former[name]
        else:
            former[name] = document
    gateway.store.stored[ANAC, NUMBER] = (stored, former)


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


def records(gateway: MemoryGateway) -> list[dict[str, object]]:
    exchanges = gateway.store.journal.exchanges
    assert all(
        (each.operation, each.direction) == ("PermitRewritten", Direction.OWN) for each in exchanges
    )
    return [json.loads(each.request) for each in exchanges]


# Versions that were withheld


def test_a_version_that_was_withheld_is_written_sealed_and_noted(gateway: MemoryGateway) -> None:
    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)
    before = documents(gateway)
    gateway.sealer = Sealing()
    (result,) = run(gateway)
    assert result.plan is not None
    assert (result.plan.added, result.plan.replaced) == ((V1,), ())
    after = documents(gateway)
    assert after[V2] == before[V2]
    assert after[V1].seal == b"<seal>" + after[V1].content[:20]
    assert [loss.field for loss in after[V1].losses] == ["operation.category_code"]
    assert gateway.store.former == []
    assert gateway.records.events[-1] == "rewritten"
    (record,) = records(gateway)
    assert (record["person"], record["reason"]) == ("A. Machel", "new rules of the gateway")
    (written,) = record["documents"]  # type: ignore[misc]
    assert (written["version"], written["form"], written["former"]) == ("v1", "non-final", None)


def test_a_permit_that_is_done_has_nothing_left_to_do(gateway: MemoryGateway) -> None:
    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)
    run(gateway)
    before = dict(gateway.store.stored)
    assert changes(gateway) == []
    assert gateway.store.stored == before
    assert len(records(gateway)) == 1


def test_what_is_written_today_is_left_as_it_is(gateway: MemoryGateway) -> None:
    gateway.publish()
    before = dict(gateway.store.stored)
    assert changes(gateway) == []
    assert gateway.store.stored == before
    assert gateway.records.events == ["published"]


def test_a_dry_run_says_the_same_and_writes_nothing(gateway: MemoryGateway) -> None:
    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)
    before = dict(gateway.store.stored)
    (tried,) = run(gateway, dry_run=True)
    assert gateway.store.stored == before
    assert (gateway.store.journal.exchanges, gateway.records.events) == ([], ["published"])
    (done,) = run(gateway)
    assert tried.plan is not None and done.plan is not None
    assert tried.plan.added == done.plan.added


def test_a_version_that_would_be_untrue_stays_withheld(gateway: MemoryGateway) -> None:
    line = a_position(description=None, term=None)
    gateway.publish()
    stored, _ = gateway.store.stored[ANAC, NUMBER]
    published = replace(stored.published, permit=a_permit(positions=(line,)))
    written = gateway.both_formats[1].write(published.permit)
    gateway.store.stored[ANAC, NUMBER] = (
        replace(stored, published=published),
        {V2: Document(written)},
    )
    (result,) = run(gateway)
    assert result.plan is not None and result.plan.changes_nothing
    assert "F10" in {finding.rule for finding in result.plan.findings}
    assert set(documents(gateway)) == {V2}


# Documents that are there


def test_a_document_that_says_the_same_stays_byte_for_byte(gateway: MemoryGateway) -> None:
    gateway.publish()
    content = documents(gateway)[V1].content.replace(b"><", b">\n<")
    as_formerly(gateway, v1=Document(content, b"<former seal/>"))
    assert changes(gateway) == []
    assert documents(gateway)[V1] == Document(content, b"<former seal/>")


def test_loss_notes_are_added_to_a_document_that_stays(gateway: MemoryGateway) -> None:
    gateway.publish(CATEGORY)
    content = documents(gateway)[V1].content
    as_formerly(gateway, v1=Document(content, b"<former seal/>"))
    (result,) = run(gateway)
    assert result.plan is not None
    assert (result.plan.added, result.plan.replaced) == ((), ())
    after = documents(gateway)[V1]
    assert (after.content, after.seal, len(after.losses)) == (content, b"<former seal/>", 1)


def test_a_document_that_says_something_else_is_replaced_and_kept(gateway: MemoryGateway) -> None:
    gateway.publish()
    former = Document(
        documents(gateway)[V1].content.replace(b">1600<", b">1601<"), b"<former seal/>"
    )
    as_formerly(gateway, v1=former)
    gateway.sealer = Sealing()
    (result,) = run(gateway)
    assert result.plan is not None and result.plan.replaced == (V1,)
    (record,) = records(gateway)
    ((name, kept, record_id),) = gateway.store.former
    assert (name, kept) == (V1, former)
    assert record_id == gateway.store.journal.exchanges[0].id
    (written,) = record["documents"]  # type: ignore[misc]
    assert written["former"]["document"] != written["now"]["document"]
    assert documents(gateway)[V1].seal != former.seal


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


# What is refused, and when it stops


def test_a_permit_that_differs_from_its_record_is_named_and_left(
    gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.publish(CATEGORY)
    gateway.publish(replace(CATEGORY, number=CertificateNumber("MZ26EX000002")))
    as_formerly(gateway, v1=None)

    def altered(work: object, number: CertificateNumber, published: object) -> None:
        if number == NUMBER:
            raise PermitAltered(f"Permit {number}: its rows differ.")

    monkeypatch.setattr(gateway.records, "require_recorded", altered)
    (result,) = changes(gateway)
    assert (result.number, result.plan) == (NUMBER, None)
    assert "its rows differ" in (result.problem or "")
    assert set(documents(gateway)) == {V2}


def test_findings_of_today_are_told_of_permits_that_are_out(gateway: MemoryGateway) -> None:
    gateway.publish()
    stored, now = gateway.store.stored[ANAC, NUMBER]
    wrong = replace(stored.published, permit=replace(a_permit(), purpose=None))
    gateway.store.stored[ANAC, NUMBER] = (replace(stored, published=wrong), now)
    (result,) = run(gateway, dry_run=True)
    assert result.plan is not None
    assert "F07" in {finding.rule for finding in result.plan.findings}


def test_person_and_reason_are_needed(gateway: MemoryGateway) -> None:
    with pytest.raises(InvalidRequest):
        list(rewriting(gateway).rewrite(ResponsiblePerson(" ", "x"), dry_run=True))


def test_a_key_that_is_unusable_stops_before_anything_is_written(gateway: MemoryGateway) -> None:
    class Unusable:
        def seal(self, document: bytes) -> bytes:
            raise KeyUnusable("The certificate has ended.")

    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)
    gateway.sealer = Unusable()
    with pytest.raises(KeyUnusable):
        run(gateway)
    assert set(documents(gateway)) == {V2}


def test_progress_is_told_for_each_permit(gateway: MemoryGateway) -> None:
    gateway.publish()
    gateway.publish(a_permit("MZ26EX000002"))
    steps: list[None] = []
    list(rewriting(gateway).rewrite(BY, dry_run=True, on_progress=lambda: steps.append(None)))
    assert len(steps) == rewriting(gateway).count() == 2


def test_an_inspection_is_in_the_final_document_alone(gateway: MemoryGateway) -> None:
    seen = an_examination("5", seized=Quantity(Decimal(1), "NAR"))
    gateway.publish(a_permit(positions=(a_position(examination=seen),)))
    as_formerly(gateway)
    (result,) = run(gateway)
    assert result.plan is not None
    assert {name for name, each in result.plan.documents.items() if each.losses} == {
        ("v1", DocumentForm.FINAL),
        ("v2", DocumentForm.FINAL),
    }
