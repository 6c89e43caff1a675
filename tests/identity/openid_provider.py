"""A strict OpenID provider over real HTTP, in a thread, that can be told to misbehave.

It asks for PKCE (S256), takes each code once, compares the redirect address and the client secret,
and signs with ES256. What a dishonest one would send is put into `claims`, `header`, `token`.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "epix", "a secret of the client, 32 letters"


@dataclass
class Provider:
    """claims, header, document: put over those of an honest one.  token: replaces the ID token.

    now: seconds since 1970.  is_away: answers 503 to everything.  asked: paths, in order.
    """

    issuer: str
    now: Callable[[], float] = time.time
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    token: Callable[[dict[str, Any]], object] | None = None
    is_away: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorise(self, address: str, subject: str) -> dict[str, str]:
        """What a browser does there: the query that it comes back with."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "sub": subject}
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Status and JSON of a request."""
        self.asked.append(path)
        if self.is_away:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._document()
        if path == "/jwks":
            public = self.key.as_dict(private=False)
            return 200, {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}, public]}
        if path == "/token":
            return self._token(form, authorization)
        return 404, {}

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": True,
            **self.document,
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if dict([pair.split(":")]) != {CLIENT: SECRET.replace(" ", "+").replace(",", "%2C")}:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "amr": ["pwd", "mfa"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.token(claims) if self.token else self.signed(claims)
        return 200, {"access_token": "secret-access", "token_type": "Bearer", "id_token": token}

    def logout_token(self, **claims: Any) -> str:
        """A logout token of now. claims: put over those of an honest one; None leaves one out."""
        now = int(self.now())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        return self.signed(said, typ="logout+jwt")

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """An ID token."""
        head = {"alg": "ES256", "kid": "k1", **self.header, **header}
        return jwt.encode(head, claims, self.key, algorithms=["ES256"])


@contextmanager
def running_provider(now: Callable[[], float] = time.time) -> Iterator[Provider]:
    """A provider on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[-1] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            status, fields = provider.answer(path, form, self.headers.get("Authorization", ""))
            content = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}", now)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def query(fields: dict[str, str]) -> str:
    """A query."""
    return urlencode(fields)
