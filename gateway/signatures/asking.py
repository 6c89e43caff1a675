"""How do we ask an authority something over HTTP? One POST, only to the configured address, no redirect followed."""

import http.client
from urllib.parse import urlsplit


class NoAnswer(Exception):
    """It did not answer, or with nothing that counts; the text says what, for our log."""


def answer_of(address: str, question: bytes, kinds: tuple[str, str], timeout_seconds: float, most_bytes: int) -> bytes:
    """What it answers. address: `http[s]://host[:port]/path`.  kinds: media types of question and answer.

    Raises NoAnswer.
    """
    where = urlsplit(address)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.hostname or "", where.port, timeout=timeout_seconds)
    path = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
    try:
        connection.request("POST", path, question, {"Content-Type": kinds[0], "Accept": kinds[1]})
        answer = connection.getresponse()
        content = answer.read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as trouble:
        raise NoAnswer(f"no answer ({type(trouble).__name__})") from None
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK or len(content) > most_bytes:
        raise NoAnswer(f"HTTP status {answer.status}, {len(content)} bytes")
    return content
