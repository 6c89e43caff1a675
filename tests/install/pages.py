"""Commands of a page: the blocks of shell that it shows, word for word."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"# (needs systemd|for PostgreSQL|on [A-Z]{2})\n")


@dataclass(frozen=True)
class Block:
    """A block of commands. mark: of its first line, such as `needs systemd`; empty for none."""

    text: str
    mark: str

    @property
    def commands(self) -> int:
        """How many lines a person pastes; a continued line, a loop or a file is one."""
        text = re.sub(r"\\\n", " ", self.text)
        text = re.sub(r"<<'END'.*?^END$", "", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"^for .*?^done$", "for", text, flags=re.MULTILINE | re.DOTALL)
        return sum(1 for line in text.splitlines() if line and not line.startswith("#"))


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page of docs/, in their order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = []
    for block in _BLOCK.findall(text):
        mark = _MARK.match(block)
        found.append(Block(block, mark[1] if mark else ""))
    return found
