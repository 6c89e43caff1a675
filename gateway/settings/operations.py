"""Operations settings: [operations], log, health and metrics; [alerts], thresholds and channels."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gateway.loopback import is_loopback_url
from gateway.settings.journal import Address
from gateway.settings.listen_address import ListenAddress, read_address
from gateway.settings.section import ExistingFile, Section, matching, wrong


class OperationsSettings(Section):
    """[operations]: detail of the log; the listener of /health/live, /health/ready and /metrics."""

    log_level: Literal["info", "warning"] = "warning"
    """`info`: one line per exchange too; `warning`: only what an operator should look at.

    Left out: `warning`, and `info` in a sandbox.
    """

    log_format: Literal["text", "json"] = "text"
    """`text`: a line to read; `json`: an object a line. Moments are in UTC, with offset."""

    enabled: bool = False
    """Whether health and metrics are answered at all."""

    listen: Annotated[ListenAddress, BeforeValidator(read_address)] = ListenAddress(
        "127.0.0.1", 9464
    )
    """`HOST:PORT`, a loopback address, because the figures are for operators only."""

    open_to_network: bool = False
    """True: `listen` may be an address of the network, because a firewall protects it."""

    @model_validator(mode="after")
    def _loopback_unless_opened(self) -> Self:
        if self.listen.host is None:
            raise wrong("must be HOST:PORT such as 127.0.0.1:9464", key="listen")
        if not self.listen.is_loopback and not self.open_to_network:
            raise wrong(
                "must be a loopback address such as 127.0.0.1:9464 without open_to_network = true",
                key="listen",
            )
        return self


class AlertSettings(Section):
    """[alerts]. Every key may be left out; the log has each alert in every case."""

    check_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    """Seconds from one look at all conditions to the next."""

    refusals: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Refused requests of one partner, or of one certificate, within 15 minutes."""

    outbox_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """Minutes that a confirmation of our customs may wait for its partner."""

    mismatch_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """Days that a difference of counts may wait for a person of ours."""

    unreachable_minutes: Annotated[int, Field(ge=1, le=10_080)] = 30
    """Minutes that the service of a partner may fail, outside of its planned windows."""

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
