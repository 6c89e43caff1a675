"""Tracing over our permits, partners and earlier answers: budget, age, tokens, reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    CalleeNotFound,
    CertificateNotFound,
    GatewayError,
    InvalidRequest,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerUnreachable,
    PermitAltered,
    ServiceUnavailable,
    TooManyRequests,
)
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.trace.chain import ChainEnd
from gateway.domain.trace.held import Basis, Knowledge, Missing, Reason
from gateway.domain.trace.named import DocumentName
from gateway.exchange.permits.foreign.ask_partner import AskPartner, ForeignPermit
from gateway.exchange.ports import Outbox
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.trace.find import Documents
from gateway.exchange.trace.share import ShareOfChains
from gateway.exchange.trace.trace import NoteReexports, TracePermit
from tests.builders import a_reexport
from tests.domain.trace.documents import (
    NOON,
    box_12,
    box_12a,
    export,
    line,
    pieces,
    reexport,
)
from tests.exchange.conftest import ANAC, MemoryGateway

ZW = DocumentName("ZW", "ZW25EX0907")
ZA = DocumentName("ZA", "ZA26RX000001")
MZ = DocumentName("MZ", "MZ26RX000001")
OURS = reexport(line("6", origin=box_12(ZW), last_reexport=box_12a(ZA)), name=MZ)
FAULT = PartnerFault("no", partner_code="CertificateNotFound", partner_text="")
NOT_FINAL = PartnerFault("no", partner_code="CertificateNotFinal", partner_text="")


@dataclass
class World:
    """Partners of fixed answers, a journal of copies, a note of re-exports, all in memory."""

    gateway: MemoryGateway
    answers: dict[DocumentName, Permit | GatewayError] = field(default_factory=dict)
    copies: dict[DocumentName, tuple[Permit, datetime]] = field(default_factory=dict)
    noted: dict[DocumentName, list[DocumentName]] = field(default_factory=dict)
    booked: dict[DocumentName, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str | None, bool]] = field(default_factory=list)
    not_final: set[DocumentName] = field(default_factory=set)
    ended: dict[DocumentName, str] = field(default_factory=dict)

    def of_permit(self, country: str, number: str) -> Sequence[Any]:
        amounts = self.booked.get(DocumentName(country, number), [])
        return [
            SimpleNamespace(state=DeliveryState.DELIVERED, seen=(SeenQuantity("A", amount),))
            for amount in amounts
        ]

    def for_country(self, country: str) -> None:
        if country not in {name.country for name in self.answers}:
            raise CalleeNotFound("none")

    @property
    def partners(self) -> "World":
        return self

    def ask(self, country: str, number: str, token: str | None, final: bool) -> ForeignPermit:
        self.asked.append((number, token, final))
        name = DocumentName(country, number)
        if final and name in self.not_final:
            raise NOT_FINAL
        answer = self.answers.get(name, FAULT)
        if isinstance(answer, GatewayError):
            raise answer
        return ForeignPermit(answer, *cast(Any, (None, None, (), None)))

    def naming(self, document: DocumentName, most: int) -> Sequence[DocumentName]:
        return self.noted.get(document, [])[:most]

    def of_days(
        self, authorities: object, first: date, last: date, after: int, most: int
    ) -> Sequence[tuple[int, DocumentName]]:
        return [(1, MZ)] if first <= date(2026, 3, 2) <= last and not after else []

    def note(self, reexport: DocumentName, came_with: Sequence[DocumentName], at: datetime) -> None:
        for name in came_with:
            self.noted.setdefault(name, []).append(reexport)

    @property
    def tracing(self) -> TracePermit:
        documents = Documents(
            ServedAuthorities((ANAC,)),
            self.gateway.store.begin_work,
            self.gateway.records,
            cast(Outbox, self),
            lambda country, number: self.copies.get(DocumentName(country, number)),
            lambda: cast(AskPartner, self),
            lambda: NOON,
            lambda country, number: self.ended.get(DocumentName(country, number)),
        )
        return TracePermit(documents, self)


@pytest.fixture
def world(gateway: MemoryGateway) -> World:
    """Our re-export of 6, which names ZA's of 5, which names ZW's export of 5."""
    gateway.publish(OURS, token=None)
    return World(gateway, {ZA: reexport(), ZW: export()})


def test_one_unit_too_many_is_found_over_three_countries(world: World) -> None:
    trace = world.tracing.trace("MZ", MZ.number)
    (passed,) = trace.passed
    assert (passed.document, passed.excess, passed.path) == (ZA, pieces("1"), (MZ, ZA))
    assert trace.closes
    assert [node.held and node.held.knowledge for node in trace.root.every()][:3] == [
        Knowledge.OWN,
        Knowledge.ANSWERED,
        Knowledge.ANSWERED,
    ]
    assert world.asked == [(ZA.number, None, True), (ZW.number, None, True)]
    assert trace.questions == 2


@pytest.mark.parametrize(
    ("code", "is_passed", "status"),
    [
        ("CertificateCancelled", False, Status.CANCELLED),
        ("CertificateReplaced", False, Status.REPLACED),
        ("CertificateNotFound", True, None),
    ],
)
def test_a_copy_counts_nothing_whose_issuer_says_that_the_permit_has_ended(
    world: World, code: str, is_passed: bool, status: Status | None
) -> None:
    """Six were re-exported of five, unless the copy was replaced and nothing left on it."""
    named = reexport(line("6", origin=box_12(ZW)), name=ZA)
    world.copies = {ZA: (named, NOON - timedelta(days=3))}
    world.answers[ZA] = PartnerFault("no", partner_code=code, partner_text="")
    trace = world.tracing.trace("ZA", ZA.number)
    assert trace.root.held and trace.root.held.status is status
    assert bool(trace.passed) is is_passed


def test_what_its_issuer_said_before_of_a_permit_is_remembered(world: World) -> None:
    """Also by a trace that asks no partner, as those for risk and the share of closed chains."""
    named = reexport(line("6", origin=box_12(ZW)), name=ZA)
    world.ended[ZA] = "CertificateCancelled"
    missing = world.tracing.trace("ZA", ZA.number, questions=0).root.missing
    assert missing == Missing(Reason.REFUSED, "CertificateCancelled")
    world.copies = {ZA: (named, NOON - timedelta(days=3))}
    for questions in (0, 2):
        world.answers[ZA] = PartnerUnreachable("gone")
        held = world.tracing.trace("ZA", ZA.number, questions=questions).root.held
        assert held and held.status is Status.CANCELLED


def test_the_token_goes_with_the_first_document_alone(world: World) -> None:
    world.tracing.trace("ZA", ZA.number, token="SECRET-1")
    assert world.asked == [(ZA.number, "SECRET-1", True), (ZW.number, None, True)]


def test_a_document_that_is_not_final_is_taken_as_issued(world: World) -> None:
    world.not_final = {ZA}
    assert world.tracing.trace("MZ", MZ.number).closes
    assert [final for _, _, final in world.asked] == [True, False, True]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FAULT, Missing(Reason.REFUSED, "CertificateNotFound")),
        (PartnerUnreachable("gone"), Missing(Reason.UNREACHABLE, "PartnerUnreachable")),
        (PartnerReplyInvalid("rubbish"), Missing(Reason.NOT_TRUSTED, "PartnerReplyInvalid")),
        (TooManyRequests("budget"), Missing(Reason.NOT_ASKED, "TooManyRequests")),
    ],
)
def test_a_partner_that_gives_nothing_is_told_with_the_reason(
    world: World, error: GatewayError, reason: Missing
) -> None:
    world.answers[ZA] = error
    trace = world.tracing.trace("MZ", MZ.number)
    assert (trace.chains[0].end, trace.chains[0].missing) == (ChainEnd.NOT_AT_HAND, reason)


def test_a_problem_of_ours_is_no_answer(world: World) -> None:
    world.answers[ZA] = ServiceUnavailable("full")
    with pytest.raises(ServiceUnavailable):
        world.tracing.trace("MZ", MZ.number)


def test_countries_without_a_partner_are_not_asked(world: World) -> None:
    del world.answers[ZW]
    trace = world.tracing.trace("MZ", MZ.number)
    assert trace.chains[0].missing == Missing(Reason.NO_PARTNER, "CalleeNotFound")
    assert trace.questions == 1


def test_the_budget_of_questions_is_kept(world: World) -> None:
    trace = world.tracing.trace("MZ", MZ.number, questions=1)
    assert len(world.asked) == 1
    assert trace.chains[0].missing == Missing(Reason.NOT_ASKED)
    world.asked.clear()
    assert not world.tracing.trace("MZ", MZ.number, questions=0).closes
    assert not world.asked


def test_a_fresh_copy_saves_a_question_and_an_old_one_stands_in(world: World) -> None:
    fresh, old = NOON - timedelta(hours=23), NOON - timedelta(days=40)
    world.copies = {ZA: (reexport(), fresh), ZW: (export(), old)}
    world.answers[ZW] = PartnerUnreachable("gone")
    trace = world.tracing.trace("MZ", MZ.number)
    assert [number for number, _, _ in world.asked] == [ZW.number]
    held = [node.held for node in trace.root.every() if node.held][1:3]
    assert [(each.knowledge, each.at) for each in held] == [
        (Knowledge.COPY, fresh),
        (Knowledge.COPY, old),
    ]


def test_what_our_customs_counted_of_a_foreign_document_counts(world: World) -> None:
    world.booked = {ZA: ["3", "3", "1"]}  # the same confirmation twice is one
    (passed,) = world.tracing.trace("MZ", MZ.number).passed
    assert (passed.came_in, passed.bases) == (pieces("4"), {Basis.COUNTED_AT_IMPORT})


def test_reexports_beside_the_tree_are_added_up(world: World) -> None:
    other, closed = DocumentName("CH", "CH26RX1"), DocumentName("CH", "CH26RX2")
    NoteReexports(world).note(
        IsoCountryCode("CH"), reexport(line("1", origin=box_12(ZW)), name=other), NOON
    )
    world.noted[ZW].append(closed)
    world.copies[other] = (reexport(line("1", origin=box_12(ZW)), name=other), NOON)
    trace = world.tracing.trace("ZA", ZA.number)
    (passed,) = trace.passed
    assert (passed.document, passed.excess) == (ZW, pieces("1"))
    assert dict(trace.others)[closed] == Missing(Reason.NOT_ASKED)


def test_a_permit_of_another_country_that_is_served_is_not_shown(world: World) -> None:
    """A partner's re-export names it, so its goods and its state would stand in the tree."""
    named = reexport(line("5", origin=box_12(MZ)), name=ZA)
    world.copies = {ZA: (named, NOON)}
    world.noted = {ZA: [MZ]}
    shown = world.tracing.at_hand("ZA", ZA.number)
    assert shown.root.children[0].held
    hidden = world.tracing.at_hand("ZA", ZA.number, {"MZ"})
    assert hidden.root.children[0].found == Missing(Reason.REFUSED)
    world.copies = {ZA: (reexport(line("5", origin=box_12(ZW)), name=ZA), NOON)}
    beside = world.tracing.at_hand("ZA", ZA.number, {"MZ"})
    assert beside.others == ((MZ, Missing(Reason.REFUSED)),)
    with pytest.raises(CertificateNotFound):
        world.tracing.at_hand("MZ", MZ.number, {"MZ"})


def test_a_permit_of_a_hidden_authority_of_the_own_country_is_not_shown(
    world: World, gateway: MemoryGateway
) -> None:
    """Of two authorities with a permit of the same number, that of the caller alone."""
    other = Authority(IsoCountryCode("MZ"), "OTHER")
    documents = replace(world.tracing.documents, served=ServedAuthorities((other, ANAC)))
    tracing = TracePermit(documents, world)
    assert tracing.at_hand("MZ", MZ.number, {str(other)}).root.held
    with pytest.raises(CertificateNotFound):
        tracing.at_hand("MZ", MZ.number, {str(ANAC)})
    with pytest.raises(CertificateNotFound):
        tracing.at_hand("MZ", "MZ26EX999999", {str(ANAC)})
    world.copies = {ZA: (reexport(line("5", origin=box_12(MZ)), name=ZA), NOON)}
    shown = tracing.at_hand("ZA", ZA.number, {str(ANAC)})
    assert shown.root.children[0].found == Missing(Reason.REFUSED)


class Unnoted(World):
    """The database takes no notes."""

    def note(self, reexport: DocumentName, came_with: Sequence[DocumentName], at: datetime) -> None:
        raise ServiceUnavailable("locked")


def test_an_answer_that_cannot_be_noted_is_shown_all_the_same(
    gateway: MemoryGateway, caplog: pytest.LogCaptureFixture
) -> None:
    NoteReexports(Unnoted(gateway)).note(IsoCountryCode("ZA"), reexport(), NOON)
    assert "A re-export of ZA is not noted" in caplog.text


def test_exports_of_partners_are_not_noted(world: World) -> None:
    NoteReexports(world).note(IsoCountryCode("ZW"), export(), NOON)
    assert not world.noted


def test_numbers_that_nobody_could_have_issued(world: World) -> None:
    with pytest.raises(CertificateNotFound):
        world.tracing.trace("MZ", "No. 9(A)")
    with pytest.raises(InvalidRequest):
        world.tracing.trace("mozambique", "1")
    odd = reexport(line(origin=box_12(DocumentName("ZW", "1\u202e2"))), name=ZA)
    world.answers[ZA] = odd
    assert world.tracing.trace("ZA", ZA.number).closes is False


def test_an_altered_permit_of_ours_is_not_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(work: object, number: object, published: object) -> None:
        raise PermitAltered("box 11 was changed")

    monkeypatch.setattr(world.gateway.records, "require_intact", refuse)
    with pytest.raises(PermitAltered):
        world.tracing.trace("MZ", MZ.number)
    world.answers[ZA] = reexport(line(origin=box_12(MZ)))
    (chain,) = world.tracing.trace("ZA", ZA.number).chains
    assert chain.missing == Missing(Reason.ALTERED, "PermitAltered")


def test_the_share_of_a_year_asks_nobody(world: World) -> None:
    share = ShareOfChains(ServedAuthorities((ANAC,)), world, world.tracing)
    figure = share.of_year(2026)
    assert (figure.reexports, figure.closed, figure.share) == (1, 0, Decimal("0.0"))
    assert figure.not_closed == [MZ]
    world.copies = {ZA: (reexport(), NOON), ZW: (export(), NOON)}
    figure = share.of_year(2026)
    assert (figure.share, figure.passed) == (Decimal("100.0"), [MZ])
    assert share.of_year(2025).share is None
    assert not world.asked


def test_authorities_of_other_countries_are_not_ours(world: World) -> None:
    documents = replace(
        world.tracing.documents,
        served=ServedAuthorities((Authority(IsoCountryCode("ZA"), "DFFE"),)),
    )
    assert documents.own(MZ) is None
    assert a_reexport().type == "REEXPORT"
