"""Configuration as text without secrets: a setting a line, for diagnostics, history and console.

Settings name files, whose content is left out. User, path and query of an address are covered,
because some hold a secret, and so are the values that a dialect sends.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.settings import Settings

COVERED = "(covered)"
_SHORTEST_SECRET = 6
_SECRET_TABLES = frozenset({"values"})
"""Tables of free names whose values go to a partner: log-in names, codes of an agreement."""


def covered(value: Any, key: str = "") -> object:
    """A value of the settings without secrets. key: of the table it stands in."""
    if isinstance(value, Mapping):
        if key in _SECRET_TABLES:
            return {str(name): COVERED for name in value}
        return {str(name): covered(each, str(name)) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        unordered = isinstance(value, set | frozenset)
        return [covered(each) for each in (sorted(value, key=str) if unordered else value)]
    text = str(value)
    if "://" in text:
        return _without_path(text)
    return value if value is None or isinstance(value, bool | int | float) else text


def configuration_text(settings: Settings) -> str:
    """The settings in force, environment included: `section.key = value`, a line each."""
    lines = "".join(f"{line}\n" for line in _lines("", covered(settings.model_dump(mode="python"))))
    return without_secrets(secrets_of(settings), lines.encode()).decode()


def secrets_of(settings: Settings) -> tuple[bytes, ...]:
    """Passwords and tokens in files of a line, which the settings name."""
    files = [
        settings.server.passphrase_file,
        settings.server.proxy_secret_file,
        settings.client.passphrase_file,
        settings.seal.passphrase_file if settings.seal else None,
        settings.mail.password_file if settings.mail else None,
        settings.tokens.key_file,
    ]
    found = set()
    for file in files:
        try:
            content = file.read_bytes() if file else b""
        except OSError:
            continue
        found |= {content.strip(), content.strip().hex().encode()}
    return tuple(secret for secret in found if len(secret) >= _SHORTEST_SECRET)


def without_secrets(secrets: tuple[bytes, ...], content: bytes) -> bytes:
    """The content with every secret covered, wherever it stands."""
    for secret in secrets:
        content = content.replace(secret, COVERED.encode())
    return content


def _without_path(address: str) -> str:
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    return f"{scheme}://{host}/{COVERED}"


def _lines(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _lines(f"{name}.{key}" if name else str(key), each)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for place, each in enumerate(value, 1):
            own = each.get("key") or each.get("code") if isinstance(each, Mapping) else None
            yield from _lines(f"{name}[{own or place}]", each)
    elif value not in (None, [], {}):
        yield f"{name} = {value}"
