"""Timing side channel: whether the time of a refusal tells its reason.

Three kinds of refusal by a real server, in random order, are compared.

python -m tests.benchmarks.timing [--tries 10000] [--permits 2000]

For each pair the Mann-Whitney U test: z and p, and as effect size the chance that a try of the one
kind takes longer than one of the other (0.5: no difference), with the difference of the medians. As
a check on the method, one kind is also compared with itself in two halves.
"""

import argparse
import math
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gateway.bootstrap import build
from gateway.domain.identifiers import TokenId
from gateway.domain.permit.party import Address, Country, Party
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from tests.benchmarks import permits, setups
from tests.builders import a_permit, a_position

UNKNOWN, WRONG, OTHERS = "unknown number", "wrong token", "not entitled"
BERN = Party(
    name="Swiss Leather Works AG",
    address=Address(
        street=("Marktgasse 12",),
        postcode="3011",
        city="Bern",
        country=Country("CH", "Switzerland"),
    ),
)
_REQUEST = (
    Path(__file__).parent.parent / "interop" / "requests" / "GetNonFinalCitesCertificate.xml"
).read_text()


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="epix-timing-") as folder:
        directory = Path(folder) / "gateway"
        permits.working_directory(directory, asked.permits, kept=None)
        _publish_others(directory, asked.permits)
        generous = {
            "EPIX_LIMITS__REFUSED_LOOKUPS_PER_MINUTE": "100000",
            "EPIX_LIMITS__REFUSED_LOOKUPS_PER_PERMIT_PER_HOUR": "60000",
        }
        with (
            setups.direct_tls(directory, "gateway", generous) as server,
            server.connect() as connection,
        ):
            times = _measured(connection, asked.tries, asked.permits)
    for kind, taken in times.items():
        print(f"{kind:15} n={len(taken)} median {statistics.median(taken) * 1e6:.1f} us")
    halves = times[WRONG][::2], times[WRONG][1::2]
    _compare("wrong token, odd and even tries", *halves)
    for one, other in ((UNKNOWN, WRONG), (UNKNOWN, OTHERS), (WRONG, OTHERS)):
        _compare(f"{one} and {other}", times[one], times[other])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=10_000, help="of each kind")
    parser.add_argument("--permits", type=int, default=2_000)
    return parser.parse_args()


def _publish_others(directory: Path, count: int) -> None:
    """As many permits that name two other countries, so that they are not for the caller's eyes."""
    with build(load_settings(directory)) as gateway:
        for place in range(count, 2 * count):
            permit = a_permit(
                permits.number(place),
                positions=tuple(a_position(letter) for letter in permits.LINES),
            )
            for_others = replace(permit, importer=BERN)
            gateway.permits.publish.publish(
                NationalRecord("timing", place, for_others, TokenId.parse(permits.token(place)))
            )


def _measured(connection: socket.socket, tries: int, count: int) -> dict[str, list[float]]:
    chance = random.Random(20261121)
    kinds = [UNKNOWN, WRONG, OTHERS] * tries
    chance.shuffle(kinds)
    times: dict[str, list[float]] = {UNKNOWN: [], WRONG: [], OTHERS: []}
    for place, kind in enumerate(kinds[:400] + kinds):
        chosen = chance.randrange(count)
        number, token = permits.number(chosen), permits.token(chosen)
        if kind == UNKNOWN:
            number = number[:-1] + "X"  # of the same length, and in the index among the others
        elif kind == WRONG:
            token = f"GUESS-{chance.randrange(1_000_000):06d}"
        elif kind == OTHERS:
            number, token = permits.number(count + chosen), permits.token(count + chosen)
        taken = _asked(connection, number, token)
        if place >= 400:
            times[kind].append(taken)
    return times


def _asked(connection: socket.socket, number: str, token: str) -> float:
    body = _REQUEST.replace("MZ26EX000001", number).replace("SANDBOX-7KQ4-2M9X", token).encode()
    head = (
        "POST /epix/v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    message = head.encode() + body
    began = time.perf_counter()
    connection.sendall(message)
    received = connection.recv(65_536)
    taken = time.perf_counter() - began
    while (end := received.find(b"\r\n\r\n")) < 0 or len(received) < end + 4 + _length(
        received[:end]
    ):
        received += connection.recv(65_536)
    assert b"CertificateNotFound" in received, received[:2000]
    return taken


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def _compare(what: str, one: Sequence[float], other: Sequence[float]) -> None:
    z, p, longer = mann_whitney(one, other)
    apart = (statistics.median(one) - statistics.median(other)) * 1e6
    print(
        f"{what}: z = {z:+.2f}, p = {p:.3g}, P(first takes longer) = {longer:.4f}, medians"
        f" {apart:+.2f} us apart"
    )


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """z, two-sided p by the normal approximation, and the probability that `one` is the larger."""
    ordered = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = ties = 0.0
    place = 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += (place + end + 1) / 2 * sum(first for _, first in ordered[place:end])
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    z = (u - n * m / 2) / spread
    return z, math.erfc(abs(z) / math.sqrt(2)), u / (n * m)


if __name__ == "__main__":
    sys.exit(main())
