"""Free ports, for addresses that must be known before the server listens on them."""

import socket

from gateway.settings import ListenAddress


def with_free_port(address: ListenAddress) -> ListenAddress:
    """The same address; where its port is 0, with one that is free at this moment."""
    return address if address.port or address.host is None else bindable(address)


def bindable(address: ListenAddress) -> ListenAddress:
    """The same address, whose port is free at this moment; where it is 0, with one that is.

    address: HOST:PORT.  Raises OSError for an address that cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in (address.host or "") else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address.host, address.port))
        return ListenAddress(address.host, probe.getsockname()[1])


def bindable_near(address: ListenAddress) -> ListenAddress:
    """The same address where its port is free at this moment; else one with a free port."""
    try:
        return bindable(address)
    except OSError:
        return bindable(ListenAddress(address.host))
