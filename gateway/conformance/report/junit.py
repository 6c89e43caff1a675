"""Conformance report as JUnit XML, for the test pages of continuous integration.

Source: the schema of Apache Ant's JUnitReport, which Jenkins, GitLab and GitHub read.
"""

import re

from lxml import etree

from gateway.conformance.case import Outcome, Weight
from gateway.conformance.report.report import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: Report) -> bytes:
    """The report: a suite for each group, a failure for what must hold and does not.

    A failed case that only should or may hold is `skipped` with its finding, so that a build fails
    for the requirements alone.
    """
    score = report.score
    root = etree.Element(
        "testsuites",
        name=f"epix-gateway conformance {' '.join(report.addresses)}",
        tests=str(len(report.results)),
        failures=str(score.musts_failed),
    )
    for group in report.groups:
        results = report.of_group(group.name)
        suite = etree.SubElement(
            root,
            "testsuite",
            name=group.name,
            tests=str(len(results)),
            failures=str(group.musts_failed),
            errors="0",
            skipped=str(group.not_tried + group.failed - group.musts_failed),
            timestamp=report.began.replace(tzinfo=None).isoformat(timespec="seconds"),
            time=f"{sum(each.seconds or 0.0 for each in results):.3f}",
        )
        for result in results:
            case = etree.SubElement(
                suite,
                "testcase",
                classname=f"{group.name}.{result.place}",
                name=f"{result.case.id} {result.case.title}",
                time=f"{result.seconds or 0.0:.3f}",
            )
            is_failure = result.case.weight is Weight.MUST and result.outcome is Outcome.FAILED
            if result.outcome is not Outcome.PASSED:
                tag = "failure" if is_failure else "skipped"
                found = etree.SubElement(case, tag, message=_clean(result.finding))
                if result.outcome is Outcome.FAILED:
                    found.text = _clean(f"{result.case.cause} {result.case.cure}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _clean(text: str) -> str:
    """Text without the characters that XML 1.0 does not have."""
    return _NOT_XML.sub("?", text)
