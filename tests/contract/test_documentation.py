"""Documentation against the program: files, commands and options that it names are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import sources

DOCUMENTS = sorted(
    [
        *sources.ROOT.glob("*.md"),
        *(sources.ROOT / "docs").rglob("*.md"),
        *(sources.ROOT / "tests").glob("*/README.md"),
    ]
)
HISTORY = {"CHANGELOG.md"}
"""May name what is gone."""
EACH = pytest.mark.parametrize(
    "document",
    [document for document in DOCUMENTS if document.name not in HISTORY],
    ids=lambda document: str(document.relative_to(sources.ROOT)),
)

FOLDERS = ("adapters", "conf", "docs", "gateway", "schemas", "tests", "wsdl", ".ci")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_FILE = re.compile(
    rf"(?<![\w./-])((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*"
    r"|[\w-]+(?:/[\w-]+)*/[\w-]+\.(?:py|md|toml|conf|xsd|wsdl|service|yaml))(?![\w/*{<-])"
)
WITHOUT_ROOM = ("", "gateway", "tests", "adapters")
"""Where a path in the documentation may begin."""
ELSEWHERE = re.compile(r"^(keys|EPIX_DIR)/|\b(NAME|vN)\b")
"""Files of a working directory, and files that the reader is about to write."""

WIDTH = 100
FORMATS = {"digest", "journal head", "journal pruning", "journal receipt"}
"""After the program's name, the mark of a stored record, which looks like a command."""
CALL = re.compile(r"(?<![\w/-])(?<!-u )epix-gateway((?: (?:[^\s`;|&#]+))*)")


def prose(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code(text: str) -> Iterator[str]:
    """Code spans, and the lines of code blocks, without the remark that follows two spaces."""
    text = text.replace("\\\n", " ")
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield re.split(r" {2,}", line.strip())[0]
        else:
            yield from SPAN.findall(line)


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(sources.ROOT))
)
def test_prose_keeps_to_its_columns(document: Path) -> None:
    """Tables and code may be wider: a row or a command is one line."""
    wide = [number for number, line in lines_of_prose(prose(document)) if len(line) > WIDTH]
    assert not wide


def lines_of_prose(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line outside of code and tables."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith(("    ", "|", "[", "![")):
            yield number, line


@EACH
def test_every_link_leads_to_a_file(document: Path) -> None:
    lost = [
        target
        for target in LINK.findall(prose(document))
        if "://" not in target
        and not target.startswith("mailto:")
        and not (document.parent / target).exists()
    ]
    assert not lost


@EACH
def test_every_path_in_code_is_there(document: Path) -> None:
    lost = [
        path
        for piece in code(prose(document))
        for path in NAMED_FILE.findall(piece)
        if not ELSEWHERE.search(path) and not found(document, path.rstrip("."))
    ]
    assert not lost


def found(document: Path, path: str) -> bool:
    beginnings = [*(sources.ROOT / room for room in WITHOUT_ROOM), document.parent]
    return any((beginning / path).exists() for beginning in beginnings)


@EACH
def test_every_command_and_option_is_there(document: Path) -> None:
    wrong = [
        f"epix-gateway{call}: {problem}"
        for piece in code(prose(document))
        for call in CALL.findall(piece)
        if (problem := problem_of(call))
    ]
    assert not wrong


def problem_of(call: str) -> str:
    """The mistake in the words after the program's name; nothing where they may be typed."""
    words = [word.strip("[],.:\"')") for word in call.split()]
    name = ""
    while words and f"{name} {words[0]}".strip() in sources.commands():
        name = f"{name} {words.pop(0)}".strip()
    following = words[0] if words else ""
    if f"{name} {following}".strip() in FORMATS:
        return ""
    default = getattr(sources.commands()[name], "default", "")
    if default and not re.fullmatch(r"[a-z][a-z-]*", following):
        name = f"{name} {default}"
    if hasattr(sources.commands()[name], "commands") and re.fullmatch(r"[a-z][a-z-]*", following):
        return f"there is no {name} {following}".replace("  ", " ")
    known = {"--help"} | {
        option
        for parameter in sources.commands()[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    unknown = [
        word.partition("=")[0]
        for word in words
        if word.startswith("--") and word.partition("=")[0] not in known
    ]
    return f"no option {', '.join(unknown)}" if unknown else ""


@EACH
def test_commands_of_a_group_are_there_without_the_program_s_name_too(document: Path) -> None:
    groups = {name for name, command in sources.commands().items() if hasattr(command, "commands")}
    wrong = [
        piece
        for piece in SPAN.findall(prose(document))
        if (words := re.match(r"([a-z]+) ([a-z]+)\b", piece))
        and words[1] in groups
        and f"{words[1]} {words[2]}" not in {*sources.commands(), *FORMATS}
    ]
    assert not wrong


def test_what_is_wrong_is_seen() -> None:
    assert problem_of(" nonsense") == "there is no nonsense"
    assert problem_of(" outbox nonsense --all") == "there is no outbox nonsense"
    assert problem_of(" ask ZA NUMBER [--finale]") == "no option --finale"
    assert problem_of(" ask ZA NUMBER [--final] [--out FILE]") == ""
    assert CALL.findall("runuser -u epix-gateway -- epix-gateway ask ZA") == [" ask ZA"]
    assert NAMED_FILE.findall("see gateway/soap/nowhere.py") == ["gateway/soap/nowhere.py"]
