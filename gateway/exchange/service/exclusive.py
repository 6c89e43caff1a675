"""Exclusive use case: an advisory lock lets a single process carry it out at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.exchange.ports import NamedLocks

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exclusive(Generic[T]):
    """A use case under an advisory lock. name: of the lock; background jobs use the same one."""

    name: str
    locks: NamedLocks
    use_case: T

    @contextmanager
    def acquire(self) -> Iterator[T | None]:
        """The use case, for the length of the block; None while another process carries it out.

        Raises ServiceUnavailable.
        """
        with self.locks.try_acquire(self.name) as acquired:
            yield self.use_case if acquired else None
