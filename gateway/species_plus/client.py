"""Species+ client: calls with a token, one at a time with a pause, paging, retries, bulk file.

The token travels in a header to the configured address alone. The bulk file is behind a redirect to
a store of files, which is followed without the token.
Source: Species+/CITES Checklist API, version 1.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

from gateway.exchange.ports.listings.source import SourceAnswer, SourceFailed
from gateway.loopback import is_loopback_url
from gateway.species_plus.retry import is_lasting, is_worth_another, pause_before, reason_of
from gateway.wire.http_get import HttpAnswer, get
from gateway.wire.http_post import NoResponse

_PER_PAGE = 500
_MOST_PAGES = 400
"""Pages of a name; more would be all taxa, which the bulk file holds."""
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """Limits of the client.

    call_seconds, download_seconds: of a call, and of the bulk file, from connecting to its end.
    max_answer_bytes, max_download_bytes: of each, and of all pages of a name together.
    pause_seconds: between two calls, and before the first repetition.  attempts: of a call.
    """

    call_seconds: float = 30.0
    download_seconds: float = 900.0
    max_answer_bytes: int = 32 * 1024 * 1024
    max_download_bytes: int = 512 * 1024 * 1024
    pause_seconds: float = 1.0
    attempts: int = 4


class SpeciesPlusClient:
    """The port `ReferenceSource`.

    address: such as `https://api.speciesplus.net/api/v1`.  token: gives the token, read anew.
    ca_file: CAs of the server's certificate, PEM; None: CAs of the system.
    """

    def __init__(
        self,
        address: str,
        token: Callable[[], str],
        ca_file: Path | None = None,
        limits: ClientLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._ca_file = ca_file
        self._limits = limits or ClientLimits()
        self._sleep = sleep
        self._has_called = False

    def taxa(self, name: str) -> Sequence[SourceAnswer]:
        """See the port."""
        answers: list[SourceAnswer] = []
        wanted, size = _PER_PAGE, 0
        for page in range(1, _MOST_PAGES + 1):
            query = {"name": name, "taxonomy": "CITES", "page": page, "per_page": _PER_PAGE}
            answer = self._call("taxon_concepts", query)
            total = _entries(answer.body)
            if page > 1 and total != wanted:
                raise SourceFailed("changed its list of taxa between two pages of an answer")
            wanted = total
            file = f"taxon_concepts_{quote(name, safe='')[:80]}_{page}.json"
            answers.append(SourceAnswer(file, answer.body))
            size += len(answer.body)
            if size > self._limits.max_answer_bytes:
                raise SourceFailed("gave pages that are too long together")
            if page * _PER_PAGE >= total:
                return answers
        raise SourceFailed(f"has more than {_MOST_PAGES} pages of this name")

    def of_taxon(self, taxon_id: int) -> Sequence[SourceAnswer]:
        """See the port."""
        path, every = f"taxon_concepts/{taxon_id}", {"scope": "all"}
        asked: Sequence[tuple[str, Mapping[str, object], type]] = (
            ("cites_legislation", every, dict),
            ("eu_legislation", every, dict),
            ("distributions", {}, list),
        )
        answers = []
        for what, query, kind in asked:
            answer = self._call(f"{path}/{what}", query)
            if not isinstance(_decoded(answer.body), kind):
                raise SourceFailed(f"gave something else than {what} for taxon {taxon_id}")
            answers.append(SourceAnswer(f"{what}_{taxon_id}.json", answer.body))
        return answers

    def everything(self) -> SourceAnswer:
        """See the port."""
        address = self._at("downloads/latest", {"lang": "en"})
        headers = self._headers()
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._tried(address, headers, download=True)
            if answer.status not in _REDIRECTS:
                return SourceAnswer("cites_eu_en.ndjson.gz", answer.body)
            address, headers = self._redirected(address, answer), {}
        raise SourceFailed("redirects without an end")

    def _call(self, path: str, query: Mapping[str, object]) -> HttpAnswer:
        answer = self._tried(self._at(path, query), self._headers(), download=False)
        if answer.status in _REDIRECTS:
            raise SourceFailed(
                f"has moved (HTTP status {answer.status}): change `address` in [species_plus]",
                is_lasting=True,
            )
        return answer

    def _tried(self, address: str, headers: Mapping[str, str], *, download: bool) -> HttpAnswer:
        """The answer of a request that is tried several times. Raises SourceFailed."""
        limits = self._limits
        seconds = limits.download_seconds if download else limits.call_seconds
        most = limits.max_download_bytes if download else limits.max_answer_bytes
        if self._has_called:
            self._sleep(limits.pause_seconds)
        self._has_called = True
        for attempt in range(1, limits.attempts + 1):
            said: Mapping[str, str] = {}
            try:
                answer = get(address, headers, seconds, most, ca_file=self._ca_file)
            except NoResponse as failure:
                reason = f"gave {failure}"
            else:
                if answer.status == 200 or answer.status in _REDIRECTS:
                    return answer
                reason = reason_of(answer.status, _message(answer.body))
                if not is_worth_another(answer.status):
                    raise SourceFailed(reason, is_lasting=is_lasting(answer.status))
                said = answer.headers
            if attempt < limits.attempts:
                pause = pause_before(attempt + 1, limits.pause_seconds, said)
                if pause is None:
                    asked = said["retry-after"].strip()[:9]
                    raise SourceFailed(f"{reason}, and to wait {asked} seconds", is_lasting=True)
                self._sleep(pause)
        raise SourceFailed(reason)

    def _at(self, path: str, query: Mapping[str, object]) -> str:
        asked = urlencode(query)
        return f"{self._address}/{path}{'?' if asked else ''}{asked}"

    def _headers(self) -> Mapping[str, str]:
        return {"X-Authentication-Token": self._token(), "Accept": "application/json"}

    def _redirected(self, address: str, answer: HttpAnswer) -> str:
        """The address that an answer leads to: of TLS, or of this machine where we ask it."""
        try:
            there = urljoin(address, answer.headers.get("location", ""))
            scheme = urlsplit(there).scheme
        except ValueError:
            there = scheme = ""
        here = is_loopback_url(self._address)
        if scheme == "https" or (scheme == "http" and here and is_loopback_url(there)):
            return there
        raise SourceFailed("leads to an address that is not followed, as it is without TLS")


def _decoded(body: bytes) -> object:
    """The JSON of an answer. Raises SourceFailed."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise SourceFailed("gave an answer that is no JSON") from None


def _entries(body: bytes) -> int:
    """Number of taxa of all pages. Raises SourceFailed."""
    found = _decoded(body)
    pagination = found.get("pagination") if isinstance(found, dict) else None
    total = pagination.get("total_entries") if isinstance(pagination, dict) else None
    if isinstance(total, int) and not isinstance(total, bool) and total >= 0:
        return total
    raise SourceFailed("gave an answer that is no list of taxa")


def _message(body: bytes) -> str:
    """The words of an error; empty where it has none that can be read."""
    try:
        error = json.loads(body)["error"]["message"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
    return error if isinstance(error, str) else ""
