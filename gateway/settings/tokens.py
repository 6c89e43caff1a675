"""Token settings, [tokens] and [limits]: key of the token hash, rate limits on guessing."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import SecretKeyFile, Section


class TokenSettings(Section):
    """[tokens]: tokens of permits are stored only as a keyed hash (HMAC)."""

    key_file: SecretKeyFile
    """File with the key of that hash, at least 32 random bytes. Nothing starts on a shorter one.

    Without it no stored token can be checked again.
    """


class LimitSettings(Section):
    """[limits]: rate limits on look-ups with a wrong number or token."""

    refused_lookups_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 60
    """Wrong look-ups that one caller may make in a minute before it gets TooManyRequests."""

    refused_lookups_per_permit_per_hour: Annotated[int, Field(ge=1, le=60_000)] = 60
    """Wrong tokens for one number in an hour, all callers together, before TooManyRequests."""
