"""Rendering: Jinja environment of all pages. The home of Jinja.

Jinja and the code colours are imported for the first page: a gateway that only programs ask shows
none.

Values are escaped for HTML and XML, and each is one line (`gateway.domain.foreign_text`). Only text
that a template of ours has laid out has several.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from gateway.domain.foreign_text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

STYLE_SHEETS = ("tokens.css", "base.css", "components.css", "code.css")
"""Files of static/ that make up the one style sheet: values, page, components, code colours."""


class Message(str):
    """Text of several lines that a template of ours has laid out: a message, a program."""

    __slots__ = ()


def _value(value: object) -> object:
    """A value as it stands on a page: text on one line, unless a template of ours laid it out.

    Objects count as their text: the name of a document has the number that a partner wrote.
    """
    is_ours = isinstance(value, str) and type(value) is not str
    return value if is_ours else one_line(str(value))


def _coloured(text: Message, language: str) -> "Markup":
    from gateway.web.highlighting import coloured

    return coloured(text, language)


def _indented(text: Message, spaces: int) -> Message:
    """Text whose lines after the first begin with spaces."""
    return Message(text.replace("\n", "\n" + " " * spaces))


def _lines(commands: Iterable[str]) -> Message:
    """Commands, one on each line."""
    return Message("\n".join(commands))


def new_environment() -> "Environment":
    """An environment of the templates, with tables of its own."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_value,
    )
    made.filters["coloured"] = _coloured
    made.filters["indented"] = _indented
    made.filters["lines"] = _lines
    return made


@cache
def _environment() -> "Environment":
    return new_environment()


def rendered(template: str, values: Mapping[str, object]) -> Message:
    """A template of templates/ with its values, without white space around it.

    `.html` and `.xml` are escaped; programs (`samples/`) are not, so their values are checked by
    the caller.
    """
    return Message(_environment().get_template(template).render(**values).strip())


def style_sheet() -> bytes:
    """The style sheet of all pages."""
    return b"\n".join(static(name) for name in STYLE_SHEETS)


def static(name: str) -> bytes:
    """A file of static/."""
    return resources.files("gateway.web").joinpath("static", name).read_bytes()
