"""[operations]: log, health and metrics, for operators."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from gateway.settings.doors import ListenAddress, read_address
from gateway.settings.section import Section, wrong


class OperationsSettings(Section):
    """What the log says, and where /health/live, /health/ready and /metrics are answered."""

    log_level: Literal["info", "warning"] = "warning"
    """`info`: one line per exchange; `warning`: only what an operator should look at. Left out, a sandbox says all."""

    enabled: bool = False
    """Whether they are answered at all."""

    listen: Annotated[ListenAddress, BeforeValidator(read_address)] = ListenAddress("127.0.0.1", 9464)
    """`HOST:PORT`, a loopback address: the figures are nobody else's business."""

    open_to_network: bool = False
    """True: `listen` may be another address, because something else keeps strangers away from it."""

    @model_validator(mode="after")
    def _stays_here(self) -> Self:
        if self.listen.host is None:
            raise wrong("must be HOST:PORT such as 127.0.0.1:9464", key="listen")
        if not self.listen.is_loopback and not self.open_to_network:
            raise wrong(
                "must be a loopback address such as 127.0.0.1:9464 without open_to_network = true", key="listen"
            )
        return self
