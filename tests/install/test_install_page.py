"""docs/install.md and docs/first-partner.md, followed word for word by two authorities.

Each has a root of its own; at the end both have had a permit of the other, and confirmed it.
"""

from pathlib import Path

import pytest

from tests.install.machine import borrowed
from tests.install.two_authorities import exchange

pytestmark = [pytest.mark.slow, pytest.mark.long_haul]


def test_two_authorities_exchange_a_permit(tmp_path: Path) -> None:
    for name in ("mz", "za"):
        (tmp_path / name).mkdir()
    with borrowed(tmp_path / "mz") as mz, borrowed(tmp_path / "za") as za:
        counts = exchange(mz, za, tmp_path, bare=False)
        print("commands of install.md and first-partner.md:", *counts)
        print("\n".join(mz.log[-12:]))
