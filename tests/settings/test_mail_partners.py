"""[[mail_partner]]: read, and each mistake named with file, line and key."""

import shutil
from pathlib import Path

import pytest

from gateway.settings import load_settings, settings_problems

ONE = """
[[mail_partner]]
country = "NA"
name = "Office"
mail = "cites@na.example.org"
"""
MAIL = """
[mail]
host = "localhost"
sender = "epix@mz.example.org"
"""

ASKED = """
[[partner]]
key = "na"
country = "NA"
address = "https://na.example.org/epix"
"""


@pytest.fixture
def directory(tmp_path: Path, published_settings: Path) -> Path:
    return Path(shutil.copytree(published_settings, tmp_path / "mz", symlinks=True))


@pytest.fixture(scope="session")
def published_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from gateway.cli.workdir import Plan, make
    from gateway.crypto.keys.development import DevelopmentCa
    from gateway.domain.identifiers import IsoCountryCode

    made = tmp_path_factory.mktemp("settings") / "mz"
    make(made, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    return made


def written(directory: Path, partners: str, mail: str = MAIL) -> Path:
    (directory / "conf/partners.toml").write_text(partners, encoding="utf-8")
    file = directory / "conf/gateway.toml"
    file.write_text(file.read_text(encoding="utf-8") + mail, encoding="utf-8")
    return directory


def test_an_authority_is_read(directory: Path) -> None:
    (partner,) = load_settings(written(directory, ONE), {}).mail_partner
    addressee = partner.addressee
    assert (addressee.country.text, addressee.address) == ("NA", "cites@na.example.org")
    assert addressee.language == "en"


@pytest.mark.parametrize(
    ("partners", "mail", "line", "key", "said"),
    [
        (ONE + ONE, MAIL, 8, "mail_partner[2].country", "another [[mail_partner]]"),
        (ONE, "", 5, "mail_partner[1].mail", "give [mail]"),
        (ONE + ASKED, MAIL, 3, "mail_partner[1].country", "[[partner]] with an address"),
        (ONE.replace("NA", "Namibia"), MAIL, 3, "mail_partner[1].country", "two capital letters"),
        (ONE.replace("cites@", "cites "), MAIL, 5, "mail_partner[1].mail", "addresses of mail"),
        (ONE + 'language = "pt"', MAIL, 6, "mail_partner[1].language", "must be"),
        (ONE + 'kind = "x"', MAIL, 6, "mail_partner[1].kind", "not a key"),
    ],
)
def test_a_mistake_is_named(
    directory: Path, partners: str, mail: str, line: int, key: str, said: str
) -> None:
    (problem,) = settings_problems(written(directory, partners, mail), {})
    assert (problem.file, problem.line, problem.key) == ("conf/partners.toml", line, key)
    assert said in problem.text
