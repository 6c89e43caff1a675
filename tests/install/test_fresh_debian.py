"""docs/install.md and docs/first-partner.md on a bare Debian, packages and program fetched.

It takes minutes and the network, so it runs where TESTED_DEBIAN_ROOTS names such roots, separated
by colons (conftest.py). They are made, as root, by:

    debootstrap --variant=minbase --include=ca-certificates,systemd bookworm DIR
"""

import os
from pathlib import Path

import pytest

from tests.install.machine import debian
from tests.install.two_authorities import exchange

ROOTS = [Path(root) for root in os.environ["TESTED_DEBIAN_ROOTS"].split(":")]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_two_authorities_on_empty_debians_exchange_a_permit(
    root: Path, database: str, tmp_path: Path
) -> None:
    for name in ("mz", "za"):
        (tmp_path / name).mkdir()
    with debian(root, tmp_path / "mz") as mz, debian(root, tmp_path / "za") as za:
        counts = exchange(mz, za, tmp_path, bare=True, postgres=database == "postgresql")
        mz.run("systemd-analyze verify /etc/systemd/system/epix-gateway.service")
        print(f"{root.name}, {database}: commands of the two pages:", *counts)
        print("\n".join(mz.log))
