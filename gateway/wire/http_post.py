"""HTTP client for OCSP responders (RFC 6960), time-stamping authorities (RFC 3161) and webhooks.

The request is a POST to the configured address. Redirects are not followed and proxies of the
environment are not asked, because no other address may be contacted. Plain HTTP is enough for the
first two, whose answers are signed. The whole exchange has one deadline, so that a server that
answers a byte at a time holds up nothing for longer.
"""

import http.client
import ssl
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from gateway.wire.deadline import Deadline, DeadlineSocket, secured

_NONE: Mapping[str, str] = MappingProxyType({})


class NoResponse(Exception):
    """The service gave no usable answer; the text says why, for our log."""


def post(
    address: str,
    body: bytes,
    media_types: tuple[str, str],
    total_seconds: float,
    max_bytes: int,
    *,
    ca_file: Path | None = None,
    accepted: Collection[int] = (http.HTTPStatus.OK,),
    headers: Mapping[str, str] = _NONE,
) -> bytes:
    """The body of the response.

    address: `http[s]://host[:port]/path`.  media_types: of request and response.
    total_seconds: for all of it, from connecting to the last byte of the response.
    max_bytes: upper limit of the response.
    ca_file: CAs of the server's certificate, PEM; None: CAs that the system trusts.
    accepted: statuses of a success.  headers: beside those of the media types.
    Raises NoResponse for a failed connection, a response that is not complete in time, a status
    that is not accepted, or a larger response.
    """
    try:
        status, content = _exchange(
            address, body, (media_types, headers), total_seconds, max_bytes, ca_file
        )
    except TimeoutError:
        raise NoResponse(f"no complete answer in {total_seconds:g} seconds") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        # ValueError: a host name or a port that cannot be one.
        raise NoResponse(f"no answer ({type(error).__name__})") from None
    if status not in accepted or len(content) > max_bytes:
        raise NoResponse(f"HTTP status {status}, {len(content)} bytes")
    return content


def _exchange(
    address: str,
    body: bytes,
    head: tuple[tuple[str, str], Mapping[str, str]],
    total_seconds: float,
    max_bytes: int,
    ca_file: Path | None,
) -> tuple[int, bytes]:
    url, deadline = urlsplit(address), Deadline(total_seconds)
    host, port = url.hostname or "", url.port
    path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    (request_type, response_type), more = head
    headers = {"Content-Type": request_type, "Accept": response_type, **more}
    context = ssl.create_default_context(cafile=ca_file) if url.scheme == "https" else None
    request = (
        http.client.HTTPSConnection(host, port, context=context)
        if context
        else http.client.HTTPConnection(host, port)
    )
    with closing(secured(host, request.port, context, deadline)) as connection:
        # Given a socket, http.client opens none of its own.
        request.sock = DeadlineSocket(connection, deadline)
        request.request("POST", path, body, headers)
        with closing(request.getresponse()) as response:
            # One byte more than allowed tells a response that is too large from one that just fits.
            return response.status, response.read(max_bytes + 1)
