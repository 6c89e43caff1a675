"""Damaged files of sources: each is read, or refused in the words of a record."""

import io
import zipfile
from pathlib import Path
from random import Random

import pytest

from adapters.national import examples
from adapters.national.sources.guessing.guess import guess
from gateway.domain.errors import RecordInvalid
from gateway.shipped import shipped_folder
from tests.adapters.national.sources.described import opened
from tests.fuzz.mutations import mutated
from tests.long_haul import repetitions

pytestmark = pytest.mark.slow

SOURCES = {"customs-csv": "customs.csv", "small-authority-excel": "small-authority.xlsx"}
TIMES = repetitions(short=25, long=400)


def damaged(content: bytes, chance: Random) -> bytes:
    """A file with damage; in a workbook, mostly of one part, so that its checksums are right."""
    if not content.startswith(b"PK") or chance.random() < 0.2:
        return mutated(chance, content, [content])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(name for name in parts if name.endswith((".xml", ".rels"))))
    parts[name] = mutated(chance, parts[name], list(parts.values()))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return written.getvalue()


@pytest.mark.long_haul  # test_hostile_files.py damages files too
@pytest.mark.parametrize("name", SOURCES)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    original = (examples.directory() / "sources" / SOURCES[name]).read_bytes()
    description = (shipped_folder() / f"conf/national/{name}.toml").read_text(encoding="utf-8")
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / SOURCES[name]
    source = opened(tmp_path, description)
    chance = Random(17)
    outcomes = set()
    for _ in range(TIMES):
        file.write_bytes(damaged(original, chance))
        try:
            outcomes |= {type(record.outcome) for record in source.records()}
            guess(file)
        except RecordInvalid as refused:
            outcomes.add(type(refused))
            assert refused.file.startswith(SOURCES[name])
    assert len(outcomes) >= 2
