"""docs/install.md, followed word for word on a root of its own: the gateway serves at its end."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.install.following import installed
from tests.install.machine import borrowed
from tests.pki import NOW, Authority

pytestmark = pytest.mark.slow


def test_the_page_leads_to_a_gateway_that_serves(tmp_path: Path) -> None:
    ca = Authority(tmp_path, "national", until=NOW + timedelta(days=900))
    work = tmp_path / "machine"
    work.mkdir()
    with borrowed(work) as machine:
        commands = installed(machine, ca, {}, bare=False)
        print(commands, "\n".join(machine.log))
