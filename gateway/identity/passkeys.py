"""Passkeys (WebAuthn, level 3): keys of an authenticator that sign a challenge for this address.

A person shows presence and is verified by the authenticator itself, by finger or PIN: so a passkey
is two factors at once. No attestation is asked for: which make it is does not matter here.
"""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.domain.people.person import Person
from gateway.exchange.ports.people.accounts import Passkey
from gateway.exchange.ports.people.credentials import NewPasskey, PasskeyRefused

_NAME = "EPIX"
_MOST_BYTES = 1023
"""Longest id of a credential. Source: WebAuthn level 3, section 4, Credential ID."""
_UNREADABLE = (
    *(WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError),
    RecursionError,  # brackets in brackets
)


class WebauthnPasskeys:
    """The port `PasskeyCeremonies`. address: of the pages, scheme, host and port."""

    def __init__(self, address: str) -> None:
        self._origin = address
        self._host = urlsplit(address).hostname or ""

    def creation_options(self, person: Person, challenge: bytes, known: Sequence[Passkey]) -> str:
        """See the port."""
        options = generate_registration_options(
            rp_id=self._host,
            rp_name=_NAME,
            user_id=person.id.encode(),
            user_name=person.name,
            user_display_name=person.full_name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=each.credential) for each in known
            ],
        )
        return options_to_json(options)

    def created(self, answer: str, challenge: bytes) -> NewPasskey:
        """See the port."""
        try:
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise PasskeyRefused from error
        if len(verified.credential_id) > _MOST_BYTES:
            raise PasskeyRefused
        return NewPasskey(
            verified.credential_id, verified.credential_public_key, verified.sign_count
        )

    def request_options(self, challenge: bytes) -> str:
        """See the port."""
        options = generate_authentication_options(
            rp_id=self._host,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def credential_of(self, answer: str) -> bytes:
        """See the port."""
        try:
            found = base64url_to_bytes(json.loads(answer)["id"])
        except _UNREADABLE as error:
            raise PasskeyRefused from error
        return found

    def signed(self, answer: str, challenge: bytes, passkey: Passkey) -> int:
        """See the port."""
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise PasskeyRefused from error
        return verified.new_sign_count
