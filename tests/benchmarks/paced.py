"""Partner at a steady rate: how long it waits while others flood.

python paced.py --port 443 --certificate partner.pem --request FILE --seconds 30

A wait counts from the moment at which the request was due, so that one late answer does not hide
the lateness of those behind it. Standard library alone, as floods.py. The last line of the output
is JSON, waits in milliseconds.
"""

import argparse
import asyncio
import json
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 10
ADDRESS = "127.0.0.2"
"""Of the partner. Limits count by address, and floods come from another one."""

MOST_SECONDS = 30.0
"""A request that takes longer has failed."""


@dataclass
class Partner:
    """renew: open a connection for each request.  waits: seconds, of answered requests."""

    port: int
    name: str
    context: ssl.SSLContext
    request: bytes
    renew: bool
    waits: list[float] = field(default_factory=list)
    failed: int = 0

    async def ask_until(self, due: float, every: float, end: float) -> None:
        """Ask when it is due, and then regularly. Times are those of the loop."""
        now = asyncio.get_running_loop().time
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for turn in range(int((end - due) / every)):
            moment = due + turn * every
            await asyncio.sleep(max(0.0, moment - now()))
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    line = line or await self._connect()
                    is_last = await self._ask(*line)
                self.waits.append(now() - moment)
                if is_last or self.renew:
                    line = self._closed(line)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.failed += 1
                line = self._closed(line)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(
            "127.0.0.1",
            self.port,
            ssl=self.context,
            server_hostname=self.name,
            local_addr=(ADDRESS, 0),
        )

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Ask and read the answer; whether the server ends the connection after it."""
        writer.write(self.request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        if not head.startswith(b"http/1.1 200 "):
            raise ValueError(head)
        return b"\r\nconnection: close" in head

    @staticmethod
    def _closed(line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None) -> None:
        if line is not None:
            with suppress(RuntimeError):
                line[1].transport.abort()


async def _run(partner: Partner, rate: float, seconds: float) -> None:
    begin = asyncio.get_running_loop().time() + 0.2
    every = CONNECTIONS / rate
    await asyncio.gather(
        *(
            partner.ask_until(begin + each / rate, every, begin + seconds)
            for each in range(CONNECTIONS)
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", default="localhost", help="host name for TLS")
    parser.add_argument("--certificate", required=True, help="PEM with certificate and key")
    parser.add_argument("--request", type=Path, required=True, help="file with a whole request")
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--renew", action="store_true", help="a connection for each request")
    asked = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(asked.certificate)
    partner = Partner(asked.port, asked.name, context, asked.request.read_bytes(), asked.renew)
    asyncio.run(_run(partner, asked.rate, asked.seconds))
    waits = sorted(partner.waits) or [float("inf")]
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    result = {
        name: waits[min(int(share * len(waits)), len(waits) - 1)] * 1e3
        for name, share in shares.items()
    }
    json.dump({"answered": len(partner.waits), "failed": partner.failed, **result}, sys.stdout)


if __name__ == "__main__":
    main()
