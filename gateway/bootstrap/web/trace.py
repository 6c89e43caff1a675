"""Pages of traceability and risk, over the use cases of the gateway."""

from time import monotonic

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.gateway import Gateway
from gateway.exchange.result_cache import ResultCache
from gateway.exchange.risk.judge import InspectionList
from gateway.web.people.page import Area
from gateway.web.trace.pages import TraceDesk, TracePages, trace_area

INSPECTIONS_SECONDS = 60.0
"""For which a judged inspection list is shown again: up to 120 permits are judged for it."""


def trace_pages(gateway: Gateway) -> Area:
    """The area of traceability and risk."""
    tracing, journal = gateway.trace, gateway.store.journal
    inspections: ResultCache[tuple[int, frozenset[str]], InspectionList] = ResultCache(
        lambda wanted: tracing.inspections.listed(most=wanted[0], hidden=wanted[1]),
        INSPECTIONS_SECONDS,
        gateway.clock,
        monotonic,
    )
    return trace_area(
        TracePages(
            TraceDesk(
                lambda *asked: tracing.trace.at_hand(*asked),
                lambda *asked: tracing.judge.judge(*asked),
                lambda most, hidden: inspections.get((most, hidden)),
                lambda act: journal.record(act.exchange(new_id())),
                {each.country.text for each in gateway.permits.served.authorities},
                gateway.clock,
            )
        )
    )
