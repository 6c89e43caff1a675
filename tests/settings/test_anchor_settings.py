"""Settings of anchors: places where heads are kept, and what each of them needs."""

from pathlib import Path

import pytest

from gateway.domain.errors import SettingsInvalid
from gateway.settings import load_settings

MAIL = '\n[mail]\nhost = "mail.example.org"\nsender = "epix@example.org"\n'
TO = '\n[journal]\nanchor_mail_to = ["auditor@example.org"]\n'


def add(directory: Path, text: str, file: str = "gateway.toml") -> None:
    with (directory / "conf" / file).open("a", encoding="utf-8") as opened:
        opened.write(text)


def test_nothing_is_anchored_unless_a_place_is_named(directory: Path) -> None:
    assert not load_settings(directory, {}).anchors_heads
    add(directory, '\n[journal]\nanchor_file = "elsewhere/heads.txt"\n')
    settings = load_settings(directory, {})
    assert settings.anchors_heads
    assert settings.journal.anchor_file == directory / "elsewhere/heads.txt", (
        "need not be there yet"
    )


def test_mail_goes_by_the_server_that_is_named(directory: Path) -> None:
    add(directory, TO + MAIL)
    settings = load_settings(directory, {})
    assert settings.anchors_heads
    assert settings.mail is not None
    assert (settings.mail.host, settings.mail.port) == ("mail.example.org", 465)


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        (TO, "gateway.toml", "journal.anchor_mail_to needs a server"),
        (MAIL + 'username = "epix"\n', "gateway.toml", "mail.password_file must be given together"),
        (
            TO.replace("auditor@", "auditor\\n@") + MAIL,
            "gateway.toml",
            "must be addresses of mail",
        ),
        (MAIL.replace("mail.example.org", "mail example"), "gateway.toml", "must be a host name"),
        ("exchange_heads = true\n", "partners.toml", "must be given with exchange_heads"),
        (
            'exchange_heads = true\nseal_anchors_file = "keys/ca.pem"\n',
            "partners.toml",
            "needs our key",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    directory: Path, text: str, file: str, said: str
) -> None:
    add(directory, text, file)
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(directory, {})
    assert said in str(refused.value)
