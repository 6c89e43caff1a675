"""docs/install.md on a bare Debian that debootstrap made, packages and program fetched as it says.

It takes minutes and the network, so it runs where the variable names such roots, separated by
colons. They are made, as root, by:

    debootstrap --variant=minbase --include=ca-certificates,systemd bookworm DIR
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.install.following import installed
from tests.install.machine import debian
from tests.pki import NOW, Authority

VARIABLE = "TESTED_DEBIAN_ROOTS"
ROOTS = [Path(root) for root in os.environ.get(VARIABLE, "").split(":") if root]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ROOTS, reason=f"{VARIABLE} names no root that debootstrap made"),
]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_an_empty_debian_becomes_a_gateway(root: Path, database: str, tmp_path: Path) -> None:
    ca = Authority(tmp_path, "national", until=NOW + timedelta(days=900))
    work = tmp_path / "machine"
    work.mkdir()
    with debian(root, work) as machine:
        commands = installed(machine, ca, {}, bare=True, postgres=database == "postgresql")
        machine.run("systemd-analyze verify /etc/systemd/system/epix-gateway.service")
        print(f"{root.name}, {database}: {commands} commands")
        print("\n".join(machine.log))
