"""Operations settings, [operations]: log, health checks and metrics, for operators."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from gateway.settings.listen_address import ListenAddress, read_address
from gateway.settings.section import Section, wrong


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
