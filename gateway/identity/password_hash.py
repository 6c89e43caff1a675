"""Password hash: argon2id, with few hashes at a time.

A hash takes 64 MiB and a twentieth of a second on purpose. So a burst of sign-ins must not take the
whole machine: more than `_AT_A_TIME` wait, and more than `_WAITING` are refused.
Source: RFC 9106, section 4, second recommended option: 3 passes, 64 MiB, 4 lanes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from gateway.domain.errors import TooManyRequests

MEMORY_KIB = 65_536
_PASSES, _LANES = 3, 4
_AT_A_TIME = 2
_WAITING = 32
_WAIT_SECONDS = 5.0


class Argon2Hasher:
    """The port `PasswordHasher`."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(_PASSES, MEMORY_KIB, _LANES)
        self._working = BoundedSemaphore(_AT_A_TIME)
        self._waiting = BoundedSemaphore(_WAITING)

    def hash(self, password: str) -> str:
        """See the port."""
        with self._bounded():
            return self._argon2.hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        """See the port."""
        with self._bounded():
            try:
                matches = self._argon2.verify(hashed or self._decoy, password)
            except (Argon2Error, InvalidHashError):
                return False
        return matches and hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """See the port."""
        return self._argon2.check_needs_rehash(hashed)

    @cached_property
    def _decoy(self) -> str:
        """A hash of no account, so that an unknown name costs as much as a known one."""
        return self._argon2.hash("a password of no account")

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise TooManyRequests("Too many people sign in at this moment. Try again.")
        try:
            if not self._working.acquire(timeout=_WAIT_SECONDS):
                raise TooManyRequests("Too many people sign in at this moment. Try again.")
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._waiting.release()
