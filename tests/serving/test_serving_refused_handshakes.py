"""A flood of handshakes that are refused: the first are told one by one, the others are counted, and none is lost."""

import re
import time
from collections import Counter
from pathlib import Path

from mirror_site import MINUTE_SECONDS
from wire import post, say

from gateway.serving import refusals
from tests.waiting import until

SITE, TELL = "mirror_site:site_of_short_minutes", "mirror_site:note_refused_handshake"
UNKNOWN, NONE = "unable to get local issuer certificate", "no certificate"


def told(file: Path) -> tuple[list[str], Counter[str]]:
    """What was told of single ones, and how many of each reason altogether."""
    single, total = [], Counter()
    for line in file.read_text().splitlines() if file.exists() else ():
        more = re.fullmatch(r"(.+) \((\d+) more within a minute\)", line)
        total[more[1] if more else line] += int(more[2]) if more else 1
        if not more:
            single.append(line)
    return single, total


def test_each_of_a_flood_is_counted_and_few_are_told_one_by_one(start, tls, pki, as_client, tmp_path) -> None:
    file = tmp_path / "refused"
    stranger, nobody, partner = (as_client(who) for who in (pki.stranger, None, pki.partner))

    def flood(times: int) -> None:
        for number in range(times):
            try:
                say(server.address, b"GET / HTTP/1.1\r\n\r\n", context=nobody if number % 3 == 0 else stranger)
            except OSError:
                continue

    with start({"REFUSED_FILE": str(file)}, site=SITE, tls=tls, refused_handshakes=TELL) as server:
        began = time.monotonic()
        flood(90)
        minutes = 1 + (time.monotonic() - began) // MINUTE_SECONDS
        assert post(server.address, context=partner).status == 200
        until(lambda: told(file)[1].total() == 90)
        single, total = told(file)
        assert total == {UNKNOWN: 60, NONE: 30}
        assert refusals.SINGLY <= len(single) <= refusals.SINGLY * minutes
        assert len(single) < 90, "this machine is too slow to make a flood"
        flood(1)  # a new minute
        until(lambda: told(file)[1].total() == 91)
        assert len(told(file)[0]) == len(single) + 1
