"""Loopback addresses: whether a host, or the host of a URL, is this machine itself.

Plain HTTP is allowed to this machine only, so a wrong yes would send permits and tokens over a
network unencrypted. Names are never looked up: the answer of a name server can change.
"""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

_VISIBLE_ASCII = re.compile(r"[!-~]+")


def is_loopback_host(host: str) -> bool:
    """Whether a host, without port and brackets, is `localhost` or a loopback address.

    Loopback addresses are 127.0.0.0/8, ::1, and 127.0.0.0/8 mapped into IPv6. Short forms such as
    `127.1`, and addresses with a zone, are not taken: systems read them in different ways.
    Source: RFC 1122, 3.2.1.3; RFC 4291, 2.5.3 and 2.5.5.2; RFC 6761, 6.3.
    """
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        # Before Python 3.13 is_loopback does not look into a mapped address.
        address = address.ipv4_mapped or address
    return address.is_loopback


def is_loopback_url(url: str) -> bool:
    """Whether the host of a URL is this machine. False for a URL that is not whole.

    A user name makes it False: `http://127.0.0.1@permits.example/` is another machine's.
    """
    # urlsplit drops tabs and line breaks without a word, so they are refused before it.
    if not _VISIBLE_ASCII.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return host is not None and "@" not in parts.netloc and is_loopback_host(host)
