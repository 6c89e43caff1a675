"""Process hardening: umask, modes of new files, and no core dumps.

Database, keys, backups, evidence and refused records hold permits, names and tokens. They are for
the gateway's own user alone, whatever umask it was started with. The one file for another user is
the Unix socket of the reverse proxy, whose mode is set where it is made
(gateway/serving/sockets.py).
"""

import ctypes
import os
import resource
import sys

FILE_MODE = 0o600
FOLDER_MODE = 0o700
UMASK = 0o077
"""Bits that no new file has: nothing for group and others."""
_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """Set the umask and switch core dumps off.

    A core dump is a copy of the memory: keys, tokens and messages in plain text. The limit alone
    does not do: the kernel ignores it where dumps are piped to a program. A process that is not
    dumpable is never dumped, and other processes of its user cannot read its memory either.

    A started program inherits umask and limit, but is dumpable again, so worker processes call this
    themselves.
    Source: core(5); PR_SET_DUMPABLE(2const).
    """
    os.umask(UMASK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_DUMPABLE) was refused")


def private_opener(path: str, flags: int) -> int:
    """Open a file for `open(..., opener=...)`; a new one can be used by its owner alone."""
    return os.open(path, flags, FILE_MODE)
