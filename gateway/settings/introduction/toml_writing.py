"""Writing of TOML: a partner's file, and tables of conf/partners.toml with all comments kept.

tomlkit keeps every byte that it is not told to change, as comments in conf/partners.toml explain
each key and hold what people have noted there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from gateway.domain.errors import SettingsInvalid
from gateway.settings.introduction.partner_file import PartnerFile

_FILE = "conf/partners.toml"
_HEADING = """\
Partner file of an authority that exchanges CITES permits. It holds nothing secret.
Read it with: epix-gateway partners add FILE
Before it counts, compare each SHA-256 fingerprint with the sender, by telephone, at a number that
you did not take from this file."""


def partner_file_text(file: PartnerFile) -> str:
    """A partner's file as text."""
    tables: dict[str, Any] = {
        "format": file.format,
        "made_at": file.made_at,
        "country": file.country.text,
        "authority": [_plain(each) for each in file.authority],
        "contact": _plain(file.contact) if file.contact else None,
        "service": [_plain(each) for each in file.service],
    }
    return file_text(tables, _plain(file.certificates))


def file_text(tables: Mapping[str, Any], certificates: Mapping[str, str]) -> str:
    """A partner's file of its parts; None for a part that is left out. certificates: PEM."""
    document = tomlkit.document()
    for line in _HEADING.split("\n"):
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    for name, value in _known(tables).items():
        if isinstance(value, datetime):
            document.add(name, tomlkit.item(value.astimezone(UTC).replace(microsecond=0)))
        elif isinstance(value, list):
            document.add(name, _tables(value))
        else:
            document.add(name, _table(value) if isinstance(value, Mapping) else value)
    blocks = tomlkit.table()
    for name, pem in certificates.items():
        blocks.add(name, tomlkit.string(f"{_lines(pem)}\n", multiline=True))
    document.add("certificates", blocks)
    return tomlkit.dumps(document)


def with_partner(text: str, key: str, values: Mapping[str, Any]) -> str:
    """The text of conf/partners.toml with values of one partner.

    values: key -> value, a mapping for a table; None takes a key out. A partner that is not there
    is added at the end. Raises SettingsInvalid for a text that is no TOML, or a partner that is
    written in one line.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingsInvalid(f"{_FILE}: not TOML: {error}.", file=_FILE) from None
    partners = document.get("partner", ())
    table = next((each for each in partners if each.get("key") == key), None)
    if table is None:
        added = tomlkit.document()
        added.add("partner", _tables([{"key": key} | _known(values)]))
        return f"{text.rstrip()}\n\n{tomlkit.dumps(added)}".lstrip()
    if not isinstance(table, Table):
        raise SettingsInvalid(
            f"{_FILE}: partner {key} is written in one line; write it as a [[partner]] table.",
            file=_FILE,
            key="partner",
        )
    for name, value in values.items():
        _put(table, name, value)
    return tomlkit.dumps(document)


def _put(table: Table, name: str, value: Any) -> None:
    """Set a value. A new one comes after the last key, before any comment on what follows."""
    if value is None:
        table.pop(name, None)
        return
    item = _table(value) if isinstance(value, Mapping) else tomlkit.item(value)
    if name in table:
        table[name] = item
    else:
        keys = [key for key, each in table.value.body if key and not isinstance(each, Table | AoT)]
        if isinstance(item, Table):
            item.trivia.indent = "\n"
        table.value._insert_after(keys[-1], name, item)


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in values.items():
        table.add(name, _table(value) if isinstance(value, Mapping) else value)
    return table


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _tables(every: Any) -> AoT:
    array = tomlkit.aot()
    for values in every:
        array.append(_table(values))
    return array


def _lines(pem: str) -> str:
    return "\n".join(line.strip() for line in pem.strip().splitlines())


def _plain(section: Any) -> dict[str, Any]:
    """Values of a section that say something, as JSON has them."""
    return {
        name: value
        for name, value in section.model_dump(mode="json").items()
        if value not in (None, "")
    }
