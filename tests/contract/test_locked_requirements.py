"""Locked requirements of the image: hashes for everything, in the versions that CI tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {re.sub("[._]", "-", name).lower(): version for name, version in _PIN.findall(text)}


def test_the_image_has_the_versions_that_are_tested() -> None:
    tested = {name: version.rstrip(";") for name, version in pins(".ci/constraints.txt").items()}
    locked = pins("conf/requirements.txt")
    assert len(locked) > 40
    assert locked == {name: tested.get(name) for name in locked}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_every_package_has_a_hash(name: str) -> None:
    text = (ROOT / "conf" / name).read_text(encoding="utf-8")
    assert "index-url" not in text
    assert "find-links" not in text
    packages = re.split(r"\n(?=\S)", re.sub("^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_the_image_takes_nothing_without_its_hash() -> None:
    text = (ROOT / "conf/Containerfile").read_text(encoding="utf-8")
    for command in re.findall(r"pip install (.*)", text):
        assert "--require-hashes" in command or "--no-deps --no-build-isolation" in command


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml"])
def test_every_image_is_named_by_its_digest(name: str) -> None:
    """A tag can be moved to another image by its publisher, or by whoever is in its place."""
    text = (ROOT / "conf" / name).read_text(encoding="utf-8")
    images = re.findall(r"^(?:ARG PYTHON_IMAGE=| +image: )(\S+)$", text, re.MULTILINE)
    assert images
    for image in images:
        assert re.fullmatch(r"[a-z0-9./-]+:\d+(\.\d+)+[\w.-]*@sha256:[0-9a-f]{64}", image)
    assert not re.findall(r"^FROM (?!\$\{PYTHON_IMAGE\})", text, re.MULTILINE)
