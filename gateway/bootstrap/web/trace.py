"""Pages of traceability and risk, over the use cases of the gateway."""

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.gateway import Gateway
from gateway.web.people.page import Area
from gateway.web.trace.pages import TraceDesk, TracePages, trace_area


def trace_pages(gateway: Gateway) -> Area:
    """The area of traceability and risk."""
    tracing, journal = gateway.trace, gateway.store.journal
    return trace_area(
        TracePages(
            TraceDesk(
                lambda *asked: tracing.trace.at_hand(*asked),
                lambda *asked: tracing.judge.judge(*asked),
                lambda most, hidden: tracing.inspections.listed(most=most, hidden=hidden),
                lambda act: journal.record(act.exchange(new_id())),
                {each.country.text for each in gateway.permits.served.authorities},
                gateway.clock,
            )
        )
    )
