"""Configuration history: each configuration that a process starts with, kept where it is new.

The text is redacted and stands in a sealed record of the journal; the table beside it finds it.
Nodes of one service may have different files, so each is compared with the one before of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256

from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.ports import Clock, Exchange, NamedLocks, NewId
from gateway.exchange.ports.console.configurations import ConfigurationChange, Configurations

OPERATION = "ConfigurationLoaded"
ON_A_PAGE = 50
_LOCK = "configuration"


@dataclass(frozen=True, slots=True)
class KeepConfiguration:
    """Use case: keep the configuration of a process that starts. node: name of the machine."""

    configurations: Configurations
    locks: NamedLocks
    node: str
    software: str
    clock: Clock
    new_id: NewId

    def keep(self, text: str) -> bool:
        """Keep a configuration, unless it is that of the last start on this node.

        text: redacted.  Returns whether it was kept. Where another process of this node keeps one
        at this moment, nothing is done: it is the same. Other nodes may have another, so each node
        has a lock of its own. Raises ServiceUnavailable.
        """
        digest = sha256(text.encode()).hexdigest()
        lock = f"{_LOCK}-{sha256(self.node.encode()).hexdigest()[:12]}"
        with self.locks.try_acquire(lock) as acquired:
            if not acquired:
                return False
            newest = self.configurations.newest(self.node)
            if newest and newest.digest == digest:
                return False
            change = ConfigurationChange(self.new_id(), self.clock(), self.node, digest)
            fields = {
                "v": 1,
                "at": moment(change.at),
                "node": self.node,
                "software": self.software,
                "sha256": digest,
                "text": text,
            }
            record = Exchange.own(change.id, OPERATION, change.at, canonical(fields))
            self.configurations.add(change, record)
        return True


@dataclass(frozen=True, slots=True)
class ConfigurationHistory:
    """Use case: read the history. find: gives a record of the journal by its id."""

    configurations: Configurations
    find: Callable[[str], Exchange | None]

    def page(self, before: str | None = None) -> Sequence[ConfigurationChange]:
        """Return changes, newest first. Raises ServiceUnavailable."""
        return self.configurations.page(before, ON_A_PAGE)

    def find_change(self, identity: str) -> ConfigurationChange | None:
        """Return the change of an id; None where there is none. Raises ServiceUnavailable."""
        return self.configurations.find(identity)

    def difference(self, change: ConfigurationChange) -> Sequence[str]:
        """Return the lines of a unified diff from the configuration before on this node.

        All lines are new for the first. Empty where a record was removed. Raises
        ServiceUnavailable.
        """
        after = self.text(change)
        previous = self.configurations.previous(change)
        before = self.text(previous) if previous else ""
        if after is None or before is None:
            return ()
        first = f"{previous.at:%Y-%m-%d %H:%M:%S}" if previous else "-"
        second = f"{change.at:%Y-%m-%d %H:%M:%S}"
        lines = before.splitlines(), after.splitlines()
        return list(unified_diff(*lines, first, second, lineterm="", n=2))

    def text(self, change: ConfigurationChange) -> str | None:
        """Return the redacted text; None where its record was removed or is none of ours."""
        record = self.find(change.id)
        if record is None or record.operation != OPERATION:
            return None
        try:
            text = parse_json(record.request)["text"]
        except (ValueError, KeyError, TypeError):
            return None
        return str(text)
