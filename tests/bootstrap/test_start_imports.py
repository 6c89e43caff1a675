"""Start of a gateway: imports of supervisor, workers and entry point, each in its own process."""

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
FORKED = """
import sys
from pathlib import Path
from threading import active_count
from gateway.bootstrap import serving
from gateway.settings import load_settings

directory = Path(sys.argv[1])

def in_place_of_the_server(*_):
    files = {str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()}
    print("threads", active_count())
    print("open", *(file for file in files if str(directory) in file))
    print("supervisor", *sys.modules)
    before = set(sys.modules)
    serving.site_from_environment()
    print("worker", *(set(sys.modules) - before))

serving.serve_http = in_place_of_the_server
serving.serve(load_settings(directory, {}), print)
"""
PEOPLE = """
import sys
from pathlib import Path
from gateway.bootstrap.web import serving
from gateway.settings import load_settings

def in_place_of_the_server(*_):
    before = set(sys.modules)
    serving.application_from_environment()
    print("worker", *(set(sys.modules) - before))

serving.serve_http = in_place_of_the_server
serving.serve_web(load_settings(Path(sys.argv[1]), {}), print)
"""
LIBRARIES_NOT_NEEDED = {
    *("zeep", "requests", "xmlschema", "jinja2", "pygments", "fastapi", "starlette"),
    *("webauthn", "argon2", "zxingcpp", "typst", "segno", "openpyxl", "pkcs11"),
}
"""Libraries that a gateway imports when it has a use for them."""


def printed(script: str, *words: object) -> dict[str, set[str]]:
    """Lines of a script: first word -> the others. A warning ends it."""
    command = [sys.executable, "-W", "error", "-c", script, *map(str, words)]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {line.split()[0]: set(line.split()[1:]) for line in text.splitlines()}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("start") / "mz"
    make(made, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa(), PARTNER)
    return made


def test_the_supervisor_imports_what_its_workers_need_and_opens_nothing(directory: Path) -> None:
    found = printed(FORKED, directory)
    assert found["threads"] == {"1"}
    assert found["open"] == set()
    assert {"gateway.crypto.callers.judge", "gateway.soap.endpoint"} <= found["supervisor"]
    assert not LIBRARIES_NOT_NEEDED & found["supervisor"]
    assert found["worker"] == set(), "each worker imports this again"


@pytest.mark.long_haul  # the test above has the workers for partners
def test_workers_for_people_import_nothing_by_themselves(directory: Path) -> None:
    found = printed(PEOPLE, directory)["worker"]
    assert not {name for name in found if name.partition(".")[0] != "encodings"}


def test_the_module_of_the_command_leads_to_no_command_line() -> None:
    imported = printed("import sys, gateway.__main__; print('imported', *sys.modules)")["imported"]
    assert not {"typer", "rich", "gateway.cli", "pydantic"} & imported
