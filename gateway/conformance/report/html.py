"""Conformance report as one page: no script, nothing from elsewhere, readable on paper too."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.conformance.case import Outcome
from gateway.conformance.report.report import Report
from gateway.domain.codes import code_name

_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_TRIED: "not tried",
}


def html(report: Report) -> bytes:
    """The page in UTF-8. Every value is escaped."""
    environment = Environment(
        loader=PackageLoader("gateway.conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    country = code_name("countries", report.country) or report.country
    environment.globals.update(report=report, country=country, words=_WORDS, Outcome=Outcome)
    return environment.get_template("report.html").render().encode()
