"""Licences of the image: read from the metadata of each package, compared with an allow-list."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    """A program of .ci as a module."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / f".ci/{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


licences = script("licences")


@pytest.mark.parametrize(
    ("expression", "is_accepted"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("Apache-2.0 AND BSD-2-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("(MIT) AND (GPL-3.0-only)", False),
        ("AGPL-3.0-or-later", False),
        ("SSPL-1.0", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_only_licences_of_the_list_are_accepted(expression: str, *, is_accepted: bool) -> None:
    assert licences.Package("x", "1", expression).is_accepted == is_accepted


@pytest.mark.parametrize(
    ("expression", "classifiers", "field", "found"),
    [
        ("MIT", ["License :: OSI Approved :: GNU Affero"], "", "MIT"),
        ("", ["License :: OSI Approved :: BSD License"], "Copyright (c) ...", "BSD"),
        ("", ["License :: OSI Approved"], "MIT License", "MIT"),
        ("", ["License :: Other/Proprietary License"], "MIT", "Other/Proprietary License"),
        ("", [], "", "unknown"),
        ("", [], "A text\nof its own", "A text of its own"),
    ],
)
def test_the_metadata_says_the_licence(
    expression: str, classifiers: list[str], field: str, found: str
) -> None:
    assert licences.licence_of(expression, classifiers, field) == found


def lock(folder: Path, text: str) -> str:
    file = folder / "lock.txt"
    file.write_text(text)
    return str(file)


def test_an_unknown_licence_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main([lock(tmp_path, "no-such-package==1.0 \\\n    --hash=sha256:00\n")]) == 1
    assert "✗ no-such-package" in capsys.readouterr().out


def test_a_package_for_another_python_is_left_out(tmp_path: Path) -> None:
    text = 'no-such-package==1.0 ; python_version < "3" \\\n    --hash=sha256:00\npytest==8.0\n'
    assert licences.main([lock(tmp_path, text)]) == 0


def test_what_the_image_needs_here_is_accepted() -> None:
    """Of the packages that are installed for the tests; .ci/run looks at all of the image."""
    names = licences.required((ROOT / "conf/requirements.txt").read_text(encoding="utf-8"))
    found = [licences.installed(name) for name in names]
    assert len(found) > 40
    assert not [one for one in found if one.version != "not installed" and not one.is_accepted]
