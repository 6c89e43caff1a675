"""Files of others that the pages serve: what .ci/assets/build makes of the pinned packages."""

import subprocess
from pathlib import Path

import pytest

from gateway.web.check.files import SCANNER
from tests import programs

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "gateway/web/static"
OURS = {"check/zxing/ORIGIN.md"}


@pytest.mark.slow
def test_the_scanner_is_what_the_script_makes(tmp_path: Path) -> None:
    programs.program("npm")
    command = ["bash", str(ROOT / ".ci/assets/build"), str(tmp_path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        programs.unavailable("npm could not install the assets within two minutes")
    if done.returncode:
        programs.unavailable(f"npm could not install the assets: {done.stderr[-500:]}")
    made = {str(file.relative_to(tmp_path)): file for file in tmp_path.rglob("*") if file.is_file()}
    committed = {
        str(file.relative_to(STATIC)): file
        for file in (STATIC / "check/zxing").rglob("*")
        if file.is_file()
    }
    assert made.keys() == committed.keys() - OURS
    for name, file in made.items():
        assert file.read_bytes() == committed[name].read_bytes(), name


def test_the_scanner_of_the_page_is_among_them() -> None:
    for name in SCANNER:
        assert (STATIC / "check" / name).is_file()
