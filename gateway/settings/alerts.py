"""Alert settings, [alerts]: thresholds, and where alerts are sent beside log and metrics."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.loopback import is_loopback_url
from gateway.settings.journal import Address
from gateway.settings.section import ExistingFile, Section, matching, wrong


class AlertSettings(Section):
    """[alerts]. Every key may be left out; the log has each alert in every case."""

    check_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    """Seconds from one look at all conditions to the next."""

    refusals: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Refused requests of one partner, or of one certificate, within 15 minutes."""

    outbox_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """Minutes that a confirmation of our customs may wait for its partner."""

    unsealed_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    """Minutes that a record of the journal may wait for its seal."""

    replica_lag_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    """Seconds that the read replica may be behind."""

    disk_free_percent: Annotated[int, Field(ge=1, le=50)] = 10
    """Percent of a disk that must be free."""

    webhook: (
        Annotated[
            str,
            AfterValidator(
                matching(r"https?://[^\s/@?#]+(/[^\s#]*)?", "must be an https:// address")
            ),
        ]
        | None
    ) = None
    """Address that each alert is posted to, as JSON. Left out: none."""

    webhook_ca_file: ExistingFile | None = None
    """CAs of its certificate, PEM. Left out: those the system trusts."""

    mail_to: tuple[Address, ...] = ()
    """Addresses that each alert is mailed to, by the server of [mail]. Left out: none."""

    @model_validator(mode="after")
    def _https_unless_loopback(self) -> Self:
        webhook = self.webhook or ""
        if webhook.startswith("http://") and not is_loopback_url(webhook):
            raise wrong(
                "must begin with https:// (plain http only reaches this machine)", key="webhook"
            )
        return self
