"""HTTP client for reading: a GET with a deadline and a bound on the answer; redirects are answers.

Every status is an answer. An announced length is counted, so that an answer that was cut is none.
"""

import http.client
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gateway.wire.deadline import Deadline, DeadlineSocket, secured
from gateway.wire.http_post import NoResponse

_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "epix-gateway", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer. headers: names in lower case, the last of each.  body: whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(
    address: str,
    headers: Mapping[str, str],
    total_seconds: float,
    max_bytes: int,
    *,
    ca_file: Path | None = None,
) -> HttpAnswer:
    """Fetch an address.

    address: `http[s]://host[:port]/path?query`.  headers: further ones, a token among them.
    total_seconds: for all of it, from connecting to the last byte.
    ca_file: CAs of the server's certificate, PEM; None: CAs that the system trusts.
    Raises NoResponse where there is no whole answer in time, or one of more than max_bytes.
    """
    try:
        return _exchange(address, headers, total_seconds, max_bytes, ca_file)
    except TimeoutError:
        raise NoResponse(f"no complete answer in {total_seconds:g} seconds") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        # ValueError: a host name or a port that cannot be one.
        raise NoResponse(f"no complete answer ({type(error).__name__})") from None


def _exchange(
    address: str,
    headers: Mapping[str, str],
    total_seconds: float,
    max_bytes: int,
    ca_file: Path | None,
) -> HttpAnswer:
    url, deadline = urlsplit(address), Deadline(total_seconds)
    host = url.hostname or ""
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    context = ssl.create_default_context(cafile=ca_file) if url.scheme == "https" else None
    request = (
        http.client.HTTPSConnection(host, url.port, context=context)
        if context
        else http.client.HTTPConnection(host, url.port)
    )
    with closing(secured(host, request.port, context, deadline)) as connection:
        # Given a socket, http.client opens none of its own.
        request.sock = DeadlineSocket(connection, deadline)
        request.request("GET", target, headers={**_HEADERS, **headers})
        with closing(request.getresponse()) as response:
            # One byte more than allowed tells an answer that is too large from one that just fits.
            body = response.read(max_bytes + 1)
            if len(body) > max_bytes:
                raise NoResponse(f"an answer of more than {max_bytes} bytes")
            if response.length:
                raise NoResponse("an answer that ends too early")
            named = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status, named, body)
