"""Species+ settings, [species_plus]: token, address, limits, renewal in the background."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.loopback import is_loopback_url
from gateway.settings.section import ExistingFile, Seconds, Section, matching, wrong


class SpeciesPlusSettings(Section):
    """[species_plus]: fetching of reference data. Off: the gateway asks nothing of Species+."""

    enabled: bool = False
    """Whether `listings fetch`, and the renewal in the background, may ask Species+."""

    address: Annotated[
        str,
        AfterValidator(
            matching(
                r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)*",
                "must be https://HOST[:PORT]/PATH",
            )
        ),
    ] = "https://api.speciesplus.net/api/v1"
    """Address of its interface, version 1."""

    token_file: ExistingFile | None = None
    """File with the token of an account that has accepted the terms of Species+."""

    ca_file: ExistingFile | None = None
    """CAs of its certificate, PEM. Left out: the CAs that the system trusts."""

    timeout_seconds: Seconds = 30.0
    """How long a call may take."""

    download_timeout_seconds: Seconds = 900.0
    """How long the bulk file may take."""

    pause_seconds: Annotated[float, Field(ge=0.1, le=60)] = 1.0
    """Seconds between two calls. Quicker calls are refused."""

    refresh_hours: Annotated[int, Field(ge=0, le=8760)] = 0
    """Hours after which `serve` fetches the bulk file again. 0: never."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.address.startswith("http://") and not is_loopback_url(self.address):
            raise wrong(
                "must begin with https:// (plain http only reaches this machine)", key="address"
            )
        if self.enabled and self.token_file is None:
            raise wrong("must be given where enabled is true", key="token_file")
        if self.refresh_hours and not self.enabled:
            raise wrong("needs enabled = true", key="refresh_hours")
        return self
