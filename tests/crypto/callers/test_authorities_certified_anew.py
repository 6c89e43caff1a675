"""A CA with two certificates of one name and one key: revocation and rules hold for both."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.crypto.callers.judge import CallerJudge, CertificateRule, RevocationSetting
from gateway.domain.errors import CertificateMissing
from tests.pki import DAY, NOW, Authority

REVOKED = "The client certificate has been revoked."


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("pki")
    old = Authority(folder, "ca")
    new = old.certified_anew(folder)
    revoked = old.issue("revoked", country="ZA")
    listed = folder / "list"
    listed.write_bytes(old.revocation_list(revoked))
    return SimpleNamespace(
        folder=folder,
        old=old,
        new=new,
        revoked=revoked,
        good=old.issue("good", country="ZA"),
        list=listed,
        old_first=_file(folder / "old-first.pem", old, new),
        new_first=_file(folder / "new-first.pem", new, old),
    )


def _file(path: Path, *authorities: Authority) -> Path:
    path.write_bytes(b"".join(authority.pem.read_bytes() for authority in authorities))
    return path


def judged(pki, known: Path, *revocation: RevocationSetting, rules=()) -> CallerJudge:
    return CallerJudge(known, rules, revocation, lambda: NOW)


def refusal(judge: CallerJudge, der: bytes) -> str:
    with pytest.raises(CertificateMissing) as refused:
        judge.judge(der)
    return refused.value.text


@pytest.mark.parametrize("known", ["old_first", "new_first"])
@pytest.mark.parametrize("checked", ["old", "new"])
def test_a_revoked_certificate_is_refused_whichever_certificate_of_its_ca_is_found(
    pki, known, checked
) -> None:
    setting = RevocationSetting(getattr(pki, checked).pem, list_file=pki.list)
    judge = judged(pki, getattr(pki, known), setting)
    assert refusal(judge, pki.revoked.der) == REVOKED
    assert judge.judge(pki.good.der)


def test_a_setting_for_one_certificate_of_a_ca_does_not_displace_that_of_another(
    pki, tmp_path
) -> None:
    """The list of the second setting is fresh and names nobody; the first one still counts."""
    empty = tmp_path / "empty"
    empty.write_bytes(pki.old.revocation_list())
    settings = [
        RevocationSetting(pki.old.pem, list_file=pki.list),
        RevocationSetting(pki.new.pem, list_file=empty),
    ]
    for order in (settings, settings[::-1]):
        assert refusal(judged(pki, pki.old_first, *order), pki.revoked.der) == REVOKED


@pytest.mark.parametrize("soft_first", [True, False])
def test_of_two_settings_for_a_ca_the_one_that_fails_hard_decides(
    pki, tmp_path, soft_first
) -> None:
    stale = tmp_path / "stale"
    stale.write_bytes(pki.old.revocation_list(until=NOW - timedelta(seconds=1)))
    settings = [
        RevocationSetting(pki.old.pem, list_file=stale, soft_fail=soft_first),
        RevocationSetting(pki.new.pem, list_file=stale, soft_fail=not soft_first),
    ]
    judge = judged(pki, pki.old_first, *settings)
    assert "cannot be found out" in refusal(judge, pki.good.der)


def test_another_ca_of_the_same_name_is_not_checked_by_the_list_of_the_first(pki, tmp_path) -> None:
    namesake = Authority(tmp_path, "ca")
    known = _file(tmp_path / "known.pem", pki.old, namesake)
    judge = judged(pki, known, RevocationSetting(pki.old.pem, list_file=pki.list))
    assert judge.judge(namesake.issue("other").der)
    assert refusal(judge, pki.revoked.der) == REVOKED
    assert judge.without_revocation == ["CN=ca"]


@pytest.mark.parametrize("known", ["old_first", "new_first"])
@pytest.mark.parametrize("ruled", ["old", "new"])
def test_a_rule_holds_for_both_certificates_of_its_ca(pki, known, ruled) -> None:
    rule = CertificateRule("za", getattr(pki, ruled).pem, "CN=good,C=ZA")
    judge = judged(pki, getattr(pki, known), rules=[rule])
    assert judge.judge(pki.good.der).partners == {"za"}


def test_an_expired_certificate_of_the_ca_does_not_hide_its_new_one(pki, tmp_path) -> None:
    expired = pki.old.certified_anew(tmp_path, until=NOW - timedelta(hours=1))
    known = _file(tmp_path / "known.pem", expired, pki.new)
    judge = judged(pki, known, RevocationSetting(expired.pem, list_file=pki.list))
    assert refusal(judge, pki.revoked.der) == REVOKED
    assert judge.judge(pki.old.issue("later", until=NOW + DAY).der)
