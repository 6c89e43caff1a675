"""Rewriting of published permits: what former rules left otherwise, and nothing else."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.errors import InvalidRequest, KeyUnusable, PermitAltered
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.position import RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import Direction, Document, DocumentForm
from tests.builders import a_permit, a_position, an_examination
from tests.exchange.conftest import ANAC, MemoryGateway
from tests.exchange.rewriting_acts import BY, NUMBER, V1, V2, changes, documents, rewriting, run

CATEGORY = a_permit(
    positions=(a_position(operation=RegisteredOperation(category_code="A-MZ-501")),)
)


class Sealing:
    """The port `Sealer`."""

    def seal(self, document: bytes) -> bytes:
        return b"<seal>" + document[:20]


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


def test_a_permit_that_is_changed_meanwhile_is_left_for_the_next_call(
    gateway: MemoryGateway,
) -> None:
    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)

    class Confirmed:
        """Seals, while a partner confirms."""

        def seal(self, document: bytes) -> bytes:
            gateway.confirm(A="1")
            return b"<seal/>"

    gateway.sealer = Confirmed()
    (result,) = run(gateway)
    assert (result.plan, result.problem) == (
        None,
        "It was changed by others at this moment. Call again.",
    )
    assert V1 not in documents(gateway)
    gateway.sealer = Sealing()
    (result,) = changes(gateway)
    assert result.plan is not None and result.plan.added == (V1,)


def test_a_permit_of_an_authority_that_left_is_named(gateway: MemoryGateway) -> None:
    gateway.publish(CATEGORY)
    as_formerly(gateway, v1=None)
    use_case = replace(rewriting(gateway), rules={})
    (result,) = use_case.rewrite(BY, dry_run=False)
    assert "not served here" in (result.problem or "")
    assert V1 not in documents(gateway)
