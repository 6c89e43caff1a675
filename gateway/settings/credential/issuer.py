"""Credential settings, [credential]: who issues verifiable credentials of permits, and where."""

from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.settings.section import Section, matching

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"


class CredentialSettings(Section):
    """[credential]. The table left out: no credentials are issued."""

    issuer: Annotated[
        str,
        AfterValidator(
            matching(
                rf"did:web:{_HOST}(%3A[0-9]{{1,5}})?|https://{_HOST}(:[0-9]{{1,5}})?",
                "must be did:web:HOST, or https://HOST, such as did:web:permits.example.mz",
            )
        ),
    ]
    """Identifier of the issuer; its document is served at /.well-known/did.json of this host."""

    address: (
        Annotated[
            str,
            AfterValidator(
                matching(
                    rf"https?://{_HOST}(:[0-9]{{1,5}})?",
                    "must be https://HOST[:PORT], with nothing behind it",
                )
            ),
        ]
        | None
    ) = None
    """Address at which the status lists are fetched. Left out: that of [web]."""

    status_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """Hours after which a verifier counts a status list as out of date."""
