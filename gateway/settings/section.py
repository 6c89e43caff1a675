"""Section: base class of every configuration table, and value types that several tables use."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from gateway.domain.codes import code_list
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.secret_length import too_short


class Section(BaseModel):
    """A table of a configuration file.

    An unknown key is an error. Values do not change after start.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        hide_input_in_errors=True,
    )


def files_named(section: Section) -> Iterator[Path]:
    """Every file named in a table and in the tables inside it."""
    waiting: list[object] = [section]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Path):
            yield value
        elif isinstance(value, Section):
            waiting.extend(getattr(value, name) for name in type(value).model_fields)
        elif isinstance(value, tuple):
            waiting.extend(value)


def wrong(expected: str, *, key: str | None = None) -> PydanticCustomError:
    """The error of a value that is not what is expected.

    expected: a predicate such as `must be ...`; the key is its subject.
    key: in a check of a whole table, the dotted path of the wrong key below that table.
    """
    return PydanticCustomError("wrong", "{expected}", {"expected": expected, "key": key})


Mistake = tuple[str, str]
"""A wrong key, as its dotted path, and what is expected of it, as `wrong` has it."""


def refuse_all(mistakes: Iterable[Mistake]) -> None:
    """Raises one error for all mistakes of a check; nothing where there is none."""
    found = list(mistakes)
    if found:
        key, expected = found[0]
        context = {"expected": expected, "key": key, "also": found[1:]}
        raise PydanticCustomError("wrong", "{expected}", context)


CREDENTIAL = "credential:"
"""Prefix of a systemd credential: `credential:seal` is the file `seal` of LoadCredential=.

Source: systemd.exec(5).
"""


def credential_or_path(path: Path) -> Path:
    """The path of a file that may be named as a systemd credential.

    Raises KeyError where systemd has passed no credentials.
    """
    text = str(path)
    return (
        Path(os.environ["CREDENTIALS_DIRECTORY"], text.removeprefix(CREDENTIAL))
        if _is_credential(path)
        else path
    )


def _is_credential(path: Path) -> bool:
    return str(path).startswith(CREDENTIAL)


def inside(path: Path, info: ValidationInfo) -> Path:
    """A validator: a relative path begins at the working directory."""
    if _is_credential(path):
        try:
            return credential_or_path(path)
        except KeyError:
            raise wrong(
                "names a credential, and systemd has handed none over (LoadCredential= in the unit)"
            ) from None
    directory = (info.context or {}).get("directory")
    return directory / path if directory else path


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise wrong("must name a file that exists")
    return path


def _country(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        code = IsoCountryCode.parse(value)
    except InvalidRequest:
        raise wrong("must be two capital letters of ISO 3166, such as MZ") from None
    if code.text not in code_list("countries"):
        raise wrong("must be a country code that CITES uses, such as MZ")
    return code


def matching(pattern: str, expected: str) -> Callable[[str], str]:
    """A validator: the whole text must match a regular expression.

    expected: the rule in words, for the error; people are not shown the expression.
    """
    expression = re.compile(pattern)

    def check(text: str) -> str:
        if not expression.fullmatch(text):
            raise wrong(expected)
        return text

    return check


def _interval(seconds: int) -> int:
    if seconds and not 30 <= seconds <= 86_400:
        raise wrong("must be 0, for no probes, or 30 to 86400 seconds")
    return seconds


ExistingFile = Annotated[Path, AfterValidator(inside), AfterValidator(_existing)]
"""A file that must be there; a relative path begins at the working directory."""


def _long_enough(secret_of: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def check(path: Path) -> Path:
        try:
            content = path.read_bytes()
        except OSError:
            return path  # the commands that need the secret say why it cannot be read
        if problem := too_short(secret_of(content)):
            raise wrong(f"{problem} ({path.name})")
        return path

    return check


SecretKeyFile = Annotated[ExistingFile, AfterValidator(_long_enough(bytes))]
"""A file whose whole content is a random key, long enough not to be guessed.

Any byte may be the last one of a key, so nothing is stripped.
"""

SecretTextFile = Annotated[ExistingFile, AfterValidator(_long_enough(bytes.strip))]
"""A file with a secret that travels as text, long enough; white space around it does not count."""

Country = Annotated[IsoCountryCode, BeforeValidator(_country)]
"""Two capital letters of ISO 3166."""

ProbeSeconds = Annotated[int, AfterValidator(_interval)]
"""Seconds from one probe of a partner to the next; 0: no probes."""

Seconds = Annotated[float, Field(gt=0, le=3600)]
"""A time limit in seconds, above 0 and at most an hour."""
