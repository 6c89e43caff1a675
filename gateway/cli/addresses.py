"""Free ports, for addresses that must be known before the server listens on them."""

import socket

from gateway.settings import ListenAddress


def with_free_port(address: ListenAddress) -> ListenAddress:
    """The same address; where its port is 0, with one that is free at this moment."""
    if address.port or address.host is None:
        return address
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((address.host, 0))
        return ListenAddress(address.host, probe.getsockname()[1])
