"""PDF/A-3 of the printed form, as veraPDF judges it, the validator of the Open Preservation
Foundation. Maven fetches it: its jar is one artefact of 9 MB.
"""

import subprocess
from pathlib import Path

import pytest

from gateway.cli.views.words import LanguageTag
from tests import programs
from tests.builders import a_permit
from tests.paper.test_form_pdf import HOSTILE, pdf_of
from tests.paper.test_qr_codes import code_of, permit_with

VERAPDF = "org.verapdf.apps:greenfield-apps:1.28.2"
pytestmark = [pytest.mark.slow, pytest.mark.long_haul]


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verapdf")
    maven = programs.program("mvn", "maven")
    copied = subprocess.run(
        [maven, "-q", "-B", "dependency:copy", f"-Dartifact={VERAPDF}", "-DoutputDirectory=."],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    found = list(folder.glob("*.jar"))
    return found[0] if found else programs.unavailable(f"veraPDF is not there: {copied.stdout}")


def test_every_form_is_pdf_a_3a(jar: Path, tmp_path: Path) -> None:
    many, plain = permit_with(28), a_permit()
    forms = {
        "plain": pdf_of(plain, code_of(plain)),
        "many": pdf_of(many, code_of(many), LanguageTag.FRENCH),
        "hostile": pdf_of(a_permit(special_conditions=(HOSTILE,)), None, LanguageTag.SPANISH),
    }
    for name, pdf in forms.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    java = programs.program("java", "default-jdk-headless")
    command = [java, "-cp", str(jar), "org.verapdf.apps.GreenfieldCliWrapper"]
    done = subprocess.run(
        [*command, "-f", "3a", "--format", "text", *sorted(map(str, tmp_path.glob("*.pdf")))],
        capture_output=True,
        text=True,
    )
    verdicts = [line.split()[0] for line in done.stdout.splitlines() if ".pdf" in line]
    assert verdicts == ["PASS"] * len(forms), done.stdout
