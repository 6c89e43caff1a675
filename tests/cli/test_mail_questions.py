"""`ask-by-mail` and `mail-questions`: what cannot be asked is said; a question is listed."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.smtp_server import smtp

pytestmark = pytest.mark.slow

BOXES = "7 A: Crocodylus niloticus\n11 A: 5 NAR\n"
PARTNERS = """
[[mail_partner]]
country = "NA"
name = "Office"
mail = "cites@na.example.org"
"""


@pytest.fixture
def asking(directory: Path) -> Path:
    """A working directory that may ask Namibia, with a file of boxes."""
    (directory / "conf/partners.toml").write_text(PARTNERS, encoding="utf-8")
    (directory / "boxes.txt").write_text(BOXES, encoding="utf-8")
    return directory


def variables(port: int) -> dict[str, str]:
    return {
        "EPIX_WEB__ENABLED": "true",
        "EPIX_MAIL__HOST": "127.0.0.1",
        "EPIX_MAIL__PORT": str(port),
        "EPIX_MAIL__SENDER": "epix@mz.example.org",
    }


def test_a_question_is_mailed_listed_and_shown(asking: Path, call: Call) -> None:
    words = ("--boxes", asking / "boxes.txt", "--person", "C. Border", "--dir", asking)
    with smtp() as server:
        there = variables(server.server_address[1])
        asked = call("ask-by-mail", "NA", "NA26EX000017", *words, "--json", **there)
        assert asked.status == 0, asked.err
        (mail,) = server.mails
    assert b"/answer/" in mail
    listed = call("mail-questions", "list", "--dir", asking, "--json", **there).json
    assert [(each["number"], each["answer"]) for each in listed] == [("NA26EX000017", None)]
    shown = call("mail-questions", "show", asked.json["id"], "--dir", asking, **there)
    assert "Box 11 A: 5 NAR" in shown.out and "waiting" in shown.out
    assert "/answer/" not in asked.out + shown.out


def test_what_cannot_be_asked_is_said(asking: Path, call: Call) -> None:
    there = variables(1)
    words = ("--person", "C. Border", "--dir", asking)
    boxes = ("--boxes", asking / "boxes.txt")
    unknown = call("ask-by-mail", "BW", "BW1", *boxes, *words, **there)
    assert (unknown.status, "[[mail_partner]]" in unknown.err) == (28, True)
    no_pages = call(
        "ask-by-mail", "NA", "NA1", *boxes, *words, **there | {"EPIX_WEB__ENABLED": "false"}
    )
    assert (no_pages.status, "[web]" in no_pages.err) == (28, True)
    no_file = call("ask-by-mail", "NA", "NA1", "--boxes", asking / "none", *words, **there)
    assert (no_file.status, "cannot be read" in no_file.err) == (1, True)
    (asking / "boxes.txt").write_text("x", encoding="utf-8")
    no_box = call("ask-by-mail", "NA", "NA1", *boxes, *words, **there)
    assert (no_box.status, "Line 1 of the boxes" in no_box.err) == (28, True)
    (asking / "boxes.txt").write_text(BOXES, encoding="utf-8")
    away = call("ask-by-mail", "NA", "NA1", *boxes, *words, **there)
    assert away.status != 0 and "mail server" in away.err
    (listed,) = call("mail-questions", "list", "--dir", asking, "--json", **there).json
    assert (listed["mailed_at"], listed["answer"]) == (None, None)
    assert call("mail-questions", "show", "x", "--dir", asking, **there).status == 1
