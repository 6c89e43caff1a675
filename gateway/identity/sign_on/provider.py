"""OpenID provider of the national sign-on: authorization code flow with PKCE, state and nonce.

joserfc verifies signatures; it is the part of Authlib that does so. Authlib's client stands on
requests or httpx, which bound a silence and not an exchange, nor the size of an answer. So one
address and one POST are made here, over the HTTP of gateway/wire.
Source: OpenID Connect Core 1.0; RFC 7636; RFC 9207; RFC 9700.
"""

import base64
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote_plus, urlencode

from gateway.domain.people.sign_on import SignOnIdentity, SignOnLogout
from gateway.exchange.ports.people.sign_on import (
    ProviderState,
    SignOnRefused,
    SignOnRequest,
    SignOnUnavailable,
)
from gateway.identity.sign_on.discovery import MOST_BYTES, Discovery, Transport, json_object
from gateway.identity.sign_on.id_token import verified_claims
from gateway.identity.sign_on.logout_token import verified_logout
from gateway.identity.sign_on.signed_token import Claims, Expected, name_in
from gateway.wire.http_post import NoResponse, post

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_LONGEST_CODE = 4000
_log = logging.getLogger(__name__)
_Of = TypeVar("_Of")


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """This gateway, as the provider knows it.

    secret: gives the client secret, read anew.  address: of our pages, without a path.
    acr, amr: values that mean a second factor.
    """

    issuer: str
    client_id: str
    secret: Callable[[], str]
    address: str
    callback: str
    scopes: tuple[str, ...] = ("openid", "profile")
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ("mfa",)
    skew_seconds: int = 60


class OpenIdProvider:
    """The port `SignOnProvider`."""

    def __init__(
        self, client: OpenIdClient, transport: Transport, clock: Callable[[], datetime]
    ) -> None:
        self._client, self._transport, self._clock = client, transport, clock
        self._discovery = Discovery(client.issuer, transport)

    @property
    def issuer(self) -> str:
        """See the port."""
        return self._client.issuer

    def address(self, request: SignOnRequest) -> str:
        """See the port."""
        client = self._client
        challenge = hashlib.sha256(request.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.address + client.callback,
            "scope": " ".join(client.scopes),
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if client.acr:
            query["acr_values"] = " ".join(client.acr)
        return _with_query(self._logged(self._discovery.metadata).authorization, query)

    def identity(self, answer: Mapping[str, str], request: SignOnRequest) -> SignOnIdentity:
        """See the port."""
        return self._logged(lambda: self._identity(answer, request))

    def sign_out_address(self) -> str | None:
        """See the port. No ID token goes into the address: the provider asks the person instead."""
        try:
            address = self._discovery.metadata().end_session
        except SignOnUnavailable:
            return None
        client = self._client
        query = {
            "client_id": client.client_id,
            "post_logout_redirect_uri": f"{client.address}/sign-in",
        }
        return address and _with_query(address, query)

    def logout(self, token: str) -> SignOnLogout:
        """See the port."""
        keys, expected = self._discovery.keys, self._expected
        return self._logged(lambda: verified_logout(token, keys, expected, self._clock()))

    def state(self) -> ProviderState:
        """See the port."""
        metadata, keys = self._discovery.metadata(), self._discovery.keys(None)
        return ProviderState(len(keys), metadata.end_session is not None, metadata.tells_logout)

    def _identity(self, answer: Mapping[str, str], request: SignOnRequest) -> SignOnIdentity:
        client, metadata = self._client, self._discovery.metadata()
        # Another provider's answer is not sent to this one's token endpoint (mix-up).
        if (metadata.names_issuer or "iss" in answer) and answer.get("iss") != client.issuer:
            raise SignOnRefused("issuer of the answer")
        code = answer.get("code", "")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise SignOnRefused("no code")
        fields = self._token_answer(code, request.verifier)
        claims = verified_claims(
            fields.get("id_token"),
            self._discovery.keys,
            self._expected,
            request.nonce,
            self._clock(),
        )
        return SignOnIdentity(
            client.issuer,
            claims["sub"],
            claims,
            self._has_factor(claims),
            name_in(claims, "sid"),
        )

    @property
    def _expected(self) -> Expected:
        client = self._client
        return Expected(client.issuer, client.client_id, client.skew_seconds)

    def _token_answer(self, code: str, verifier: str) -> Mapping[str, object]:
        """The answer of the token endpoint. The code counts once: it is never sent twice."""
        client, how, metadata = self._client, self._transport, self._discovery.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.address + client.callback,
            "code_verifier": verifier,
        }
        headers = {}
        secret = client.secret()
        if metadata.takes_basic:
            pair = f"{quote_plus(client.client_id)}:{quote_plus(secret)}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            form |= {"client_id": client.client_id, "client_secret": secret}
        try:
            body = post(
                metadata.token,
                urlencode(form).encode(),
                (_FORM, _JSON),
                how.timeout_seconds,
                MOST_BYTES,
                ca_file=how.ca_file,
                accepted=(200, 400, 401),
                headers=headers,
            )
            fields = json_object(body)
        except NoResponse as error:
            raise SignOnUnavailable(str(error)) from None
        except ValueError:
            raise SignOnUnavailable("no JSON object") from None
        if "error" in fields:
            word = fields["error"]
            known = word if isinstance(word, str) and word in _ERRORS else "error"
            raise SignOnRefused(f"token endpoint: {known}")
        return fields

    def _has_factor(self, claims: Claims) -> bool:
        methods = claims.get("amr")
        shown = methods if isinstance(methods, list) else []
        return claims.get("acr") in self._client.acr or any(
            method in self._client.amr for method in shown
        )

    def _logged(self, act: Callable[[], _Of]) -> _Of:
        """The result of an act; why there is none is logged, without any value of a person."""
        try:
            return act()
        except SignOnRefused as refused:
            _log.warning("sign-on refused: %s", refused)
            raise
        except SignOnUnavailable as failed:
            _log.warning("sign-on: the provider gives no usable answer: %s", failed)
            raise


_ERRORS = frozenset(
    {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "server_error"}
)


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
