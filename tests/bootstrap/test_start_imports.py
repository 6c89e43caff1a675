"""Start of a gateway: what the supervisor and the entry point import, in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode

pytestmark = pytest.mark.slow

PARTNER = f"""
[[partner]]
key = "za"
country = "ZA"
certificate_sha256 = ["{"0" * 64}"]
"""
SUPERVISOR = """
import sys
from pathlib import Path
from gateway.bootstrap import serving
from gateway.settings import load_settings

def stop(*_):
    raise SystemExit

serving.serve_http = stop
try:
    serving.serve(load_settings(Path(sys.argv[1]), {}), print)
except SystemExit:
    print("reached", *sys.modules)
"""


def printed(script: str, *words: object) -> list[str]:
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_the_supervisor_checks_all_and_runs_jobs_without_soap_libraries(tmp_path: Path) -> None:
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa(), PARTNER)
    reached, *imported = printed(SUPERVISOR, tmp_path / "mz")
    assert reached == "reached"
    assert {"gateway.crypto.callers.judge", "gateway.bootstrap.jobs", "sqlalchemy"} <= set(imported)
    assert not {"spyne", "zeep", "requests", "jinja2", "xmlschema"} & set(imported)


def test_the_module_that_each_worker_imports_again_leads_to_no_command_line() -> None:
    imported = printed("import sys, gateway.__main__; print(*sys.modules)")
    assert not {"typer", "rich", "gateway.cli", "pydantic"} & set(imported)
