"""Look-alike gateway: anybody can make one under the authority's name, and export from it.

Its evidence fits together: records, proofs, heads, signatures. Only the fingerprint that the
authority gives by another way tells the two apart.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence.evidence_files import PERIOD, SIGNER_NOT_CHECKED, Keys, exported

pytestmark = pytest.mark.slow

Check = Callable[..., tuple[int, str]]


def fingerprint(said: str) -> str:
    found = re.search("certificate ([0-9a-f]{64})", said)
    assert found
    return found[1]


def test_evidence_of_a_look_alike_is_not_vouched_for(
    of_record: Path, tmp_path: Path, check: Check
) -> None:
    authority = fingerprint(check(of_record)[1])
    (tmp_path / "forger").mkdir()
    forger = Keys(tmp_path / "forger")
    forged = exported(forger.directory, forger.seal(forger.signer("seal")[0]))
    status, said = check(forged)
    assert status == SIGNER_NOT_CHECKED
    assert f"| {status} | `HOLDS, BUT" in Path("docs/evidence.md").read_text(encoding="utf-8")
    assert said.splitlines()[-1].startswith("HOLDS, BUT THE SIGNER WAS NOT CHECKED")
    assert "HOLDS" not in said.splitlines()
    status, said = check(forged, "--signer", authority)
    assert (status, "DOES NOT HOLD: it is signed with a certificate" in said) == (1, True)


def test_evidence_of_the_named_signer_holds(of_record: Path, of_period: Path, check: Check) -> None:
    for words in ((of_record,), (of_period, *PERIOD)):
        signer = fingerprint(check(*words)[1])
        status, said = check(*words, "--signer", signer)
        assert (status, said.splitlines()[-1]) == (0, "HOLDS")


def test_a_flaw_comes_before_the_signer(of_record: Path, tmp_path: Path, check: Check) -> None:
    spoilt = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(of_record) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content + b" " if name.endswith("request.bin") else content)
    assert check(spoilt)[0] == 1
