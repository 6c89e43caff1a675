"""No file, however damaged, gets anything out of the reader but permits and RecordInvalid."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.national.refused import write_refused
from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord
from tests.adapters.national.encrypted_tokens import encrypted
from tests.long_haul import repetitions

pytestmark = pytest.mark.slow

GOOD = Path(__file__).parents[2] / "documents" / "national" / "good"
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=6)


def read(file: Path) -> list[NationalRecord | RecordInvalid]:
    try:
        return list(national_source(file).records(file))
    except RecordInvalid as whole:
        return [whole]


@pytest.mark.parametrize("name", ["list.json", "lines.jsonl", "comma.csv", "semicolon.csv"])
@settings(
    max_examples=repetitions(short=25, long=250),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(damage=DAMAGE)
def test_a_damaged_file_is_read_or_refused_and_its_refused_records_can_be_written(
    name: str, damage: list[tuple[float, bytes]], tmp_path: Path
) -> None:
    content = (GOOD / name).read_bytes()
    for where, bytes_ in damage:
        at = int(where * len(content))
        content = content[:at] + bytes_ + content[at + len(bytes_) :]
    file = tmp_path / name
    file.write_bytes(content)
    refused = [each for each in read(file) if isinstance(each, RecordInvalid)]
    try:
        write_refused(file, refused, encrypted).unlink()
    except RecordInvalid:
        assert refused
