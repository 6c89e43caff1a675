"""Advisory check: what a report of pip-audit says of known weaknesses in the image's packages.

    pip-audit ... --format json -o REPORT; python .ci/advisories.py REPORT

Fails for a known weakness. Without network nothing is known: that is said, and is no failure.
pip-audit itself then says that it found no weakness, and skips every package.
"""

import json
import sys
from pathlib import Path


def summary(report: str) -> tuple[list[str], int]:
    """Lines for a person, and the exit status. report: JSON of pip-audit; empty for none."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    checked = [package for package in packages if "skip_reason" not in package]
    lines = [
        f"✗ {package['name']} {package['version']}: {weakness['id']}, mended in"
        f" {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in checked
        for weakness in package["vulns"]
    ]
    status = 1 if lines else 0
    left = len(packages) - len(checked)
    if not checked:
        lines.append("! ADVISORIES NOT CHECKED: the database of advisories was not reached.")
    elif left:
        lines.append(f"! Advisories: {left} packages NOT CHECKED, {len(checked)} checked.")
    else:
        lines.append(f"Advisories: {len(checked)} packages checked.")
    return lines, status


def main(report: Path) -> int:
    """Print the summary of a report; its exit status."""
    lines, status = summary(report.read_text(encoding="utf-8") if report.exists() else "")
    for line in lines:
        print(line)
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
