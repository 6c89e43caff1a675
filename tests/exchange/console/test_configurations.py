"""Configuration history: nodes with different files that start at the same moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from gateway.exchange.console.configurations import KeepConfiguration
from gateway.exchange.ports import Exchange
from gateway.exchange.ports.console.configurations import ConfigurationChange

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Held:
    """Locks that one process holds for all the time."""

    names: set[str] = field(default_factory=set)

    @contextmanager
    def try_acquire(self, job: str) -> Iterator[bool]:
        free = job not in self.names
        self.names.add(job)
        yield free


@dataclass
class Kept:
    """Changes in memory."""

    changes: list[ConfigurationChange] = field(default_factory=list)

    def newest(self, node: str) -> ConfigurationChange | None:
        return next((each for each in reversed(self.changes) if each.node == node), None)

    def add(self, change: ConfigurationChange, record: Exchange) -> None:
        assert record.id == change.id
        self.changes.append(change)

    def find(self, identity: str) -> ConfigurationChange | None:
        raise NotImplementedError(identity)

    def page(self, before: str | None, most: int) -> Sequence[ConfigurationChange]:
        raise NotImplementedError

    def previous(self, change: ConfigurationChange) -> ConfigurationChange | None:
        raise NotImplementedError(change)


def test_a_node_that_starts_beside_another_keeps_its_own_configuration() -> None:
    locks, kept, numbers = Held(), Kept(), count(1)

    def keep(node: str, text: str) -> bool:
        use = KeepConfiguration(kept, locks, node, "1", lambda: NOW, lambda: f"{next(numbers)}")
        return use.keep(text)

    assert keep("one", "a = 1")
    assert keep("two", "a = 2")
    assert not keep("one", "a = 3")  # another process of the same node keeps it at this moment
    assert [each.node for each in kept.changes] == ["one", "two"]
