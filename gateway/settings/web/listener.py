"""Web settings, [web]: the listener for people, their sessions and their second factor."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gateway.loopback import is_loopback_url
from gateway.settings.listen_address import ListenAddress, read_address
from gateway.settings.section import SecretTextFile, Section, matching, wrong
from gateway.settings.web.sign_on import SignOnSettings


class WebSettings(Section):
    """[web]: pages for people, on a listener and in processes of their own."""

    enabled: bool = False
    """Whether `serve` answers people too. Partners are answered in every case."""

    listen: Annotated[ListenAddress, BeforeValidator(read_address)] = ListenAddress(
        "127.0.0.1", 8081
    )
    """`HOST:PORT`, a loopback address, or the absolute path of a Unix socket: nginx is in front."""

    public_address: (
        Annotated[
            str,
            AfterValidator(
                matching(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", "must be https://HOST[:PORT]")
            ),
        ]
        | None
    ) = None
    """Address that people use. Left out: http://localhost and the port, for this machine alone."""

    proxy_secret_file: SecretTextFile | None = None
    """File with the secret that nginx sends, so that its word about addresses counts.

    A Unix socket needs none. Without either, all people count as one address.
    """

    workers: Annotated[int, Field(ge=1, le=16)] = 1
    """Processes."""

    idle_minutes: Annotated[int, Field(ge=1, le=480)] = 30
    """Minutes without a request after which a session ends."""

    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """Hours after which a session ends, whatever is done in it."""

    second_factor: Literal["required", "offered"] = "required"
    """`required`: without a second factor a person sees the page that adds one, and no other."""

    code_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """Hours that a one-time code for a new password counts."""

    mail_answer_days: Annotated[int, Field(ge=1, le=90)] = 14
    """Days that the link of a question by mail counts."""

    operations_listen: Annotated[ListenAddress, BeforeValidator(read_address)] | None = None
    """Health and metrics of `serve --only web`: a loopback address. Left out: none.

    Where `serve` answers partners too, [operations] has both.
    """

    sign_on: SignOnSettings | None = None
    """National sign-on; left out: none."""

    @model_validator(mode="after")
    def _not_open_to_the_network(self) -> Self:
        if not self.listen.is_loopback:
            raise wrong(
                "must be a loopback address such as 127.0.0.1:8081, or a unix socket: nginx in"
                " front of it ends TLS",
                key="listen",
            )
        operations = self.operations_listen
        if operations and (operations.host is None or not operations.is_loopback):
            raise wrong(
                "must be a loopback address such as 127.0.0.1:9465", key="operations_listen"
            )
        address = self.public_address or ""
        if address.startswith("http://") and not is_loopback_url(address):
            raise wrong(
                "must begin with https:// (plain http only reaches this machine)",
                key="public_address",
            )
        if self.enabled and self.listen.socket and self.public_address is None:
            raise wrong("must be given where listen is a unix socket", key="public_address")
        return self

    @property
    def address(self) -> str:
        """The address that people use."""
        return self.public_address or f"http://localhost:{self.listen.port}"
