"""Sandbox options of `serve`: address, TLS and reset, checked before anything is made."""

import socket
from dataclasses import dataclass

from gateway.cli.addresses import bindable
from gateway.cli.exits import CannotDo
from gateway.settings import PUBLIC_ADDRESS, ListenAddress, ServerMode

_PLAIN_ADDRESS, _TLS_ADDRESS = "127.0.0.1:8080", "127.0.0.1:8443"
_ALL_INTERFACES = ("0.0.0.0", "::")  # noqa: S104  # compared, not listened on
_MOST_MINUTES = 43_200
_MOST_PORT = 65_535
_TLS_EXAMPLE = "--bind 0.0.0.0:8443 --with-tls"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Options of `serve --sandbox`.

    listen: HOST:PORT, the port is free.  public_address: without a path.
    reset_minutes: None for no timer.
    """

    listen: ListenAddress
    with_tls: bool
    public_address: str
    reset_minutes: int | None

    @property
    def mode(self) -> ServerMode:
        """How it is served."""
        return ServerMode.SANDBOX_TLS if self.with_tls else ServerMode.PLAIN_LOOPBACK


def sandbox_options(
    bind: ListenAddress | None, public_address: str | None, reset_every: int | None, *, tls: bool
) -> SandboxOptions:
    """The options of a sandbox. Raises CannotDo that names the wrong option."""
    if reset_every is not None and not 1 <= reset_every <= _MOST_MINUTES:
        raise CannotDo(
            f"--reset-every {reset_every} is not 1 to {_MOST_MINUTES} minutes.",
            "Write it as in --reset-every 1440, which is once a day.",
        )
    if public_address is not None and not tls:
        raise CannotDo(
            "--public-address is for a sandbox that others reach, which needs --with-tls.",
            f"Write it as in {_TLS_EXAMPLE} --public-address https://sandbox.example.mz:8443.",
        )
    listen = bind or ListenAddress.parse(_TLS_ADDRESS if tls else _PLAIN_ADDRESS)
    _require_fitting(listen, tls=tls)
    try:
        listen = bindable(listen)
    except OSError as error:
        raise CannotDo(
            f"--bind {listen} cannot be listened on: {error.strerror or error}.",
            "Name an address of this machine, and a port that no other program uses.",
        ) from None
    address = _checked(public_address) if public_address is not None else _known_as(listen, tls)
    return SandboxOptions(listen, tls, address, reset_every)


def refuse_sandbox_options(**given: object) -> None:
    """Refuse options that only a sandbox has. given: by name, as the command has them."""
    for name, value in given.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            raise CannotDo(
                f"{option} is an option of the sandbox.",
                "Call serve --sandbox, or name the value in conf/gateway.toml.",
            )


def _require_fitting(listen: ListenAddress, *, tls: bool) -> None:
    if listen.socket is not None and tls:
        raise CannotDo(
            f"--bind {listen} is a unix socket; with --with-tls it must be HOST:PORT.",
            f"Write it as in {_TLS_EXAMPLE}.",
        )
    if not tls and (listen.socket is not None or not listen.is_loopback):
        raise CannotDo(
            f"--bind {listen}: the sandbox takes any caller, so without --with-tls it listens on a"
            " loopback address only.",
            "Leave --bind out, name a port of 127.0.0.1, or add --with-tls: then callers need the"
            " sandbox's client certificate.",
        )


def _known_as(listen: ListenAddress, tls: bool) -> str:
    """The address that others use where none is named: the host name, where all interfaces listen.

    A name is in the server certificate, and a sandbox may have several addresses.
    """
    if not tls:
        return f"http://{listen}"
    if listen.host in _ALL_INTERFACES:
        return f"https://{socket.gethostname()}:{listen.port}"
    return f"https://{listen}"


def _checked(address: str) -> str:
    found = PUBLIC_ADDRESS.fullmatch(address)
    if not found or found["scheme"] != "https" or int(found["port"] or 443) > _MOST_PORT:
        raise CannotDo(
            "--public-address must be https://HOST:PORT, without a path.",
            "Write it as in --public-address https://sandbox.example.mz:8443.",
        )
    host = found["host"].strip("[]")
    if host in _ALL_INTERFACES:
        raise CannotDo(
            f"--public-address names {host}, which is no address to call.",
            "Name the host as the team knows it.",
        )
    return address
