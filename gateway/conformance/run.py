"""Conformance run: the cases in their order against each address, paced, one exchange at a time.

Nothing is written to the service but with consent, and a service that does not answer is left
alone after a few tries. A case that was not tried says why, and counts neither for nor against.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from gateway.conformance.answers import NotReadable, lines_of, soap_answer
from gateway.conformance.case import Case, CaseResult, Outcome, RequestForm
from gateway.conformance.checks import Check
from gateway.conformance.checks.verdicts import DoesNotHold, NotApplicable
from gateway.conformance.exchange import Endpoint, Judged, Wire
from gateway.conformance.masking import Mask
from gateway.conformance.messages import parameters, request, token_of_another
from gateway.conformance.speech import NotSpoken
from gateway.settings.conformance.sample_permits import PermitKind, SamplePermit
from gateway.wire.soap_version import SoapVersion

_MOST_SILENCES = 4
"""Exchanges in a row without an answer, after which the service is left alone."""
_COMPARED = ("same_words_as", "same_time_as", "same_permit_as", "same_confirmation_as",
             "confirmed_in_box_14")  # fmt: skip
_SOAP = {SoapVersion.V1_1: "SOAP 1.1", SoapVersion.V1_2: "SOAP 1.2"}


class _NotTried(Exception):
    """A case is not tried. The text is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Plan of a run.

    cases: in their order.  checks: by the names that cases use.  country: of the service.
    permits: test permits by kind.  may_confirm: whether quantities may be confirmed, for good.
    way_to: gives the way to an address.  pause: called between exchanges, it keeps the pace.
    secrets: of the log-in. They stand in requests and in no report.
    """

    cases: Sequence[Case]
    checks: Mapping[str, Check]
    endpoints: Sequence[Endpoint]
    country: str
    permits: Mapping[PermitKind, SamplePermit]
    may_confirm: bool
    way_to: Callable[[Endpoint], Wire]
    pause: Callable[[], None]
    secrets: Sequence[str] = ()

    def only(self, wanted: Collection[str]) -> "Plan":
        """The same plan with these cases alone, by their ids."""
        return replace(self, cases=[case for case in self.cases if case.id in wanted])

    @property
    def count(self) -> int:
        """Number of results of a run."""
        once = sum(len(case.soap) for case in self.cases if case.once)
        each = sum(len(case.soap) for case in self.cases if not case.once)
        return once + each * len(self.endpoints)

    def results(self) -> Iterator[CaseResult]:
        """Run the cases; give each result when it is there."""
        tokens = [permit.token for permit in self.permits.values() if permit.token]
        mask = Mask([*tokens, *self.secrets])
        compared = {name for case in self.cases for name in (case.of, case.after)} | {
            case.expect.get(name) for case in self.cases for name in _COMPARED
        }
        kept = frozenset(str(each) for each in compared if each)
        for nth, endpoint in enumerate(self.endpoints):
            address = _Address(self, endpoint, self.way_to(endpoint), mask, kept)
            for case in self.cases:
                if case.once and nth:
                    continue
                for soap in case.soap:
                    yield address.result(case, soap)


@dataclass(slots=True)
class _Address:
    """Run against one address.

    earlier: exchanges that other cases judge.  lines: of permits that were given, by number.
    silences: exchanges in a row without an answer.  is_open: see `_is_open`.
    """

    plan: Plan
    endpoint: Endpoint
    wire: Wire
    mask: Mask
    kept: frozenset[str]
    earlier: dict[tuple[str, SoapVersion], Judged] = field(default_factory=dict)
    lines: dict[str, Mapping[str, str]] = field(default_factory=dict)
    silences: int = 0
    is_open: bool | None = None

    def result(self, case: Case, soap: SoapVersion) -> CaseResult:
        speech = self.endpoint.speech
        spoken = self.endpoint.version.name if speech.is_contract else speech.dialect.name
        place = f"{spoken}, {_SOAP[soap]}"
        try:
            judged = self._exchanged(case, soap)
        except _NotTried as reason:
            return CaseResult(
                case=case, place=place, outcome=Outcome.NOT_TRIED, finding=str(reason)
            )
        outcome, finding = self._judge(case, judged)
        return CaseResult(
            case=case,
            place=place,
            outcome=outcome,
            finding=self.mask.text(finding).replace("\n", " "),
            sent=self.mask.sent(judged.sent),
            received=self.mask.received(judged.received),
            seconds=judged.received.seconds,
        )

    def _judge(self, case: Case, judged: Judged) -> tuple[Outcome, str]:
        """The first expectation that does not hold decides; all that hold pass the case."""
        for name, expected in case.expect.items():
            try:
                problem = self.plan.checks[name](judged, expected)
            except NotApplicable as reason:
                return Outcome.NOT_TRIED, str(reason)
            except DoesNotHold as reason:
                return Outcome.FAILED, str(reason)
            if problem is not None:
                return Outcome.FAILED, problem
        return Outcome.PASSED, ""

    def _exchanged(self, case: Case, soap: SoapVersion) -> Judged:
        """The exchange of a case, or the one that it judges. Raises _NotTried."""
        if case.writes and not self.plan.may_confirm:
            raise _NotTried("Confirms quantities, or tries to: only with --confirm.")
        if case.of is not None:
            if (case.of, soap) not in self.earlier:
                raise _NotTried(f"Case {case.of}, whose exchange is judged here, was not tried.")
            return replace(self.earlier[case.of, soap], case=case, earlier=self._earlier_of(soap))
        if case.after and (case.after, soap) not in self.earlier:
            raise _NotTried(f"Case {case.after}, on which it rests, was not tried.")
        assert case.request is not None  # noqa: S101  # a case has one or the other
        if self.silences >= _MOST_SILENCES:
            raise _NotTried("The service gave no answer several times in a row; it is left alone.")
        if case.writes and not self._is_open(soap) and case.fresh:
            raise _NotTried("The permit to confirm was final before this run: name a fresh one.")
        judged = self._send(case, case.request, soap)
        if case.id in self.kept:
            self.earlier[case.id, soap] = judged
        return judged

    def _send(self, case: Case, form: RequestForm, soap: SoapVersion) -> Judged:
        permit = self._permit_of(form)
        confirmed = self._lines_of(form, permit)
        values = parameters(form, self.plan.permits, self.plan.country, confirmed)
        try:
            sent = request(form, values, self.endpoint.speech, soap)
        except NotSpoken as reason:
            raise _NotTried(str(reason)) from None
        received = []
        for _ in range(form.times):
            self.plan.pause()
            received.append(self.wire.send(sent))
            self.silences = self.silences + 1 if received[-1].failure is not None else 0
            if received[-1].failure is not None:
                break
        judged = Judged(
            case=case,
            endpoint=self.endpoint,
            soap=soap,
            operation="" if form.get is not None else form.operation,
            sent=sent,
            received=received[-1],
            fastest=min(each.seconds for each in received),
            permit=permit,
            confirmed=confirmed or (),
            earlier=self._earlier_of(soap),
        )
        self._learn_lines(judged)
        return judged

    def _earlier_of(self, soap: SoapVersion) -> dict[str, Judged]:
        return {name: each for (name, spoken), each in self.earlier.items() if spoken is soap}

    def _permit_of(self, form: RequestForm) -> SamplePermit | None:
        """The test permit of a form. Raises _NotTried where the form needs another."""
        if form.permit in ("", "unknown"):
            return None
        kind = PermitKind(form.permit)
        permit = self.plan.permits.get(kind)
        if permit is None:
            raise _NotTried(f"No test permit of the kind `{kind}` is named.")
        if form.token == "of-another" and token_of_another(permit, self.plan.permits) is None:  # noqa: S105
            raise _NotTried("No other test permit has a token.")
        needs_token = form.token != "right" and kind is not PermitKind.WITHOUT_TOKEN  # noqa: S105
        if needs_token and permit.token is None:
            raise _NotTried("The test permit has no token.")
        if form.number == "lower-case" and permit.number == permit.number.lower():
            raise _NotTried("The number of the test permit has no capital letter.")
        return permit

    def _lines_of(
        self, form: RequestForm, permit: SamplePermit | None
    ) -> tuple[tuple[str, str], ...] | None:
        """The lines of a confirmation; None where the form has none. Raises _NotTried."""
        if form.lines in ("", "absent") or permit is None:
            return None
        quantities = self.lines.get(permit.number)
        if not quantities:
            raise _NotTried("The lines of the permit are not known, as it was not given.")
        return confirmed_lines(form.lines, quantities)

    def _learn_lines(self, judged: Judged) -> None:
        if judged.permit is None or judged.permit.number in self.lines:
            return
        try:
            permit = soap_answer(judged.received).permit
        except NotReadable:
            return
        found = lines_of(permit) if permit is not None else {}
        if found and all(_is_decimal(quantity) for quantity in found.values()):
            self.lines[judged.permit.number] = found

    def _is_open(self, soap: SoapVersion) -> bool:
        """Whether the permit to confirm is not final yet; asked once, before the first of them."""
        if self.is_open is None:
            form = RequestForm(operation="GetFinalCitesCertificate", permit=PermitKind.CONFIRM)
            self._permit_of(form)
            values = parameters(form, self.plan.permits, self.plan.country, None)
            try:
                sent = request(form, values, self.endpoint.speech, soap)
            except NotSpoken:
                return True
            self.plan.pause()
            try:
                answer = soap_answer(self.wire.send(sent))
            except NotReadable:
                return True
            self.is_open = answer.fault is not None
        return self.is_open


def confirmed_lines(way: str, quantities: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Lines of a confirmation, right or wrong on purpose. quantities: box 11, by letter.

    Raises KeyError for a way that is not known.
    """
    right = tuple(quantities.items())
    (letter, quantity), *others = right
    last = right[-1][0]
    less = "0" if Decimal(right[-1][1]) else "1"
    return {
        "all": right,
        "other": (*right[:-1], (last, less)),
        "unknown": (*right, ("ZZ99", "1")),
        "repeated": (*right, right[0]),
        "too-much": ((letter, format(Decimal(quantity) + 1, "f")), *others),
        "negative": ((letter, "-1"), *others),
        "exponent": ((letter, "1e0"), *others),
    }[way]


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
