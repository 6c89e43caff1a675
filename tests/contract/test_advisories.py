"""Advisories: a known weakness fails, and a check that was not made is never called a good one."""

import json

from tests.contract.test_licences import script

summary = script("advisories").summary
GOOD = {"name": "lxml", "version": "6.1.3", "vulns": []}
SKIPPED = {"name": "spyne", "skip_reason": "Dependency not found"}
WEAK = {"name": "six", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


def of(*packages: object) -> tuple[str, int]:
    lines, status = summary(json.dumps({"dependencies": packages}))
    return "\n".join(lines), status


def test_a_known_weakness_fails_and_no_network_does_not() -> None:
    text, status = of(GOOD, WEAK)
    assert status == 1
    assert "six 1.0: PYSEC-1, mended in 1.1" in text
    for lines, status in (summary(""), summary("no JSON"), summary("[]")):
        assert (status, "NOT CHECKED" in lines[0]) == (0, True)


def test_skipped_packages_do_not_pass_as_checked() -> None:
    """pip-audit without network calls every package skipped, and the result good."""
    assert of(SKIPPED, SKIPPED) == (
        "! ADVISORIES NOT CHECKED: the database of advisories was not reached.",
        0,
    )
    assert of(GOOD, SKIPPED) == ("! Advisories: 1 packages NOT CHECKED, 1 checked.", 0)
    assert of(GOOD) == ("Advisories: 1 packages checked.", 0)
