"""Open files of a worker: its limit of file descriptors holds all connections it may have.

A process without a free descriptor accepts nobody, and cannot open its database either. So the soft
limit (RLIMIT_NOFILE, see getrlimit(2)) is raised as far as connections need. Where the hard limit
is lower, the worker has fewer connections, and the log says so.
"""

import logging
import resource
from dataclasses import replace

from gateway.serving.options import CannotServe, Limits

RESERVED_FILES = 128
"""Descriptors of a process for its database, log, certificates and libraries."""

_FEWEST_CONNECTIONS = 32
_LOG = logging.getLogger(__name__)


def within_open_files(limits: Limits, with_tls: bool) -> Limits:
    """The limits, with no more connections and handshakes than this process may have files.

    It holds for the worker processes too, which inherit the limit. Raises CannotServe where not
    even a few connections fit.
    """
    handshakes = limits.max_handshakes if with_tls else 0
    needed = RESERVED_FILES + limits.max_connections + handshakes
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return limits
    if hard == resource.RLIM_INFINITY or hard >= needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
        return limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    free = hard - RESERVED_FILES
    if free < _FEWEST_CONNECTIONS:
        raise CannotServe(
            f"this process may open {hard} files only; {needed} are needed: raise LimitNOFILE of"
            " its service, or ulimit -n"
        )
    handshakes = min(handshakes, free // 4)
    connections = min(limits.max_connections, free - handshakes)
    _LOG.warning(
        "a process may open %d files, %d are needed: it has room for %d connections, not %d;"
        " LimitNOFILE of its service or ulimit -n raises the limit",
        hard,
        needed,
        connections,
        limits.max_connections,
    )
    return replace(
        limits,
        max_connections=connections,
        max_handshakes=handshakes if with_tls else limits.max_handshakes,
    )
