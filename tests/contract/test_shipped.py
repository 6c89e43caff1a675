"""Shipped folder: the files of a checkout, and the same files in an installed wheel."""

import sysconfig
import tomllib
from pathlib import Path

import pytest

from gateway import shipped

ROOT = Path(__file__).parents[2]


def test_a_checkout_uses_its_own_files_and_no_copy() -> None:
    assert shipped.shipped_folder() == ROOT


def test_a_wheel_maps_the_folders_themselves() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mapped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert {mapped["conf"], mapped["docs"]} == {
        "share/epix-gateway/conf",
        "share/epix-gateway/docs",
    }


def test_an_installed_package_finds_them_below_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "site-packages/gateway/shipped.py"))
    assert shipped.shipped_folder() == Path(sysconfig.get_path("data")) / "share/epix-gateway"
