"""Licence check: every package of the image has a licence that this project accepts.

    python .ci/licences.py [REQUIREMENTS ...]

Prints package, version and licence, and fails where a licence is unknown or not accepted. Run it
with a Python that has the locked packages installed. Licences are SPDX expressions, from the
metadata of each package: License-Expression, else a classifier, else a short License field.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

LOCKS = ("conf/requirements.txt", "conf/requirements-build.txt")

ACCEPTED = {
    "MIT", "MIT-0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0",
    "MPL-2.0", "MIT-CMU",
    # Used unchanged, as libraries that can be exchanged; no part of them is copied into ours.
    "LGPL-2.1", "LGPL-3.0-only",
}  # fmt: skip
"""Licences under which an authority may run and hand on the whole."""

_SPDX = {
    "MIT License": "MIT", "MIT": "MIT", "BSD License": "BSD", "BSD-3-Clause": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache-2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0", "LGPL-2.1": "LGPL-2.1",
    # pypdfium2: its own code under either, PDFium under both, its parts under permissive ones.
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}  # fmt: skip
"""Names in classifiers and License fields -> SPDX. A person adds a name that is missing."""


@dataclass(frozen=True)
class Package:
    """A package of the image. licence: SPDX expression, or a name that is not known here."""

    name: str
    version: str
    licence: str

    @property
    def is_accepted(self) -> bool:
        """Every part that is joined by AND; one is enough of those that are joined by OR."""
        every = re.split(r"\s+AND\s+", self.licence.replace("(", "").replace(")", ""))
        return all(
            any(one.strip() in ACCEPTED for one in re.split(r"\s+OR\s+", part)) for part in every
        )


def licence_of(expression: str, classifiers: Iterable[str], field: str) -> str:
    """The licence by the metadata of a package; `unknown` where nothing says it in a known word."""
    if expression:
        return expression
    ends = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    named = [_SPDX.get(one, one) for one in ends if one != "OSI Approved"]
    if named:
        return " AND ".join(sorted(set(named)))
    return _SPDX.get(field, field[:60].replace("\n", " ") or "unknown")


def required(lock: str) -> Iterator[str]:
    """Names of the packages that a lock file installs on this Python."""
    for line in re.findall(r"^[A-Za-z0-9][^\\\n]*", lock, re.MULTILINE):
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name


def installed(name: str) -> Package:
    """A package as it is installed here. One that is not there has an unknown licence."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return Package(name, "not installed", "unknown")
    licence = licence_of(
        about.get("License-Expression") or "",
        about.get_all("Classifier") or [],
        about.get("License") or "",
    )
    return Package(name, about["Version"], licence)


def main(locks: Iterable[str]) -> int:
    """Print every package; 1 where one is not accepted."""
    names = {name for lock in locks for name in required(Path(lock).read_text(encoding="utf-8"))}
    packages = [installed(name) for name in sorted(names)]
    for package in packages:
        mark = "  " if package.is_accepted else "✗ "
        print(f"{mark}{package.name:24} {package.version:14} {package.licence}")
    refused = [package for package in packages if not package.is_accepted]
    print(f"Licences: {len(packages)} packages, {len(refused)} not accepted.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or LOCKS))
