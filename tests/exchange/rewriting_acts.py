"""Helpers of the tests of rewriting: the use case on ports in memory."""

from gateway.domain.permit.permit import Permit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.rewriting.plan import TodaysDocuments
from gateway.exchange.permits.rewriting.rewrite import RewritePermits, Rewritten
from gateway.exchange.ports import Document, DocumentForm
from tests.builders import a_permit
from tests.exchange.conftest import ANAC, MZ_CUSTOMS, NOON, ZA, ZA_CUSTOMS, MemoryGateway

BY = ResponsiblePerson("A. Machel", "new rules of the gateway")
PARTNERS = {each.key: each for each in (ZA, ZA_CUSTOMS, MZ_CUSTOMS)}
NUMBER = a_permit().number
V1, V2 = (("v1", DocumentForm.NON_FINAL), ("v2", DocumentForm.NON_FINAL))


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
