"""Code colours: source text becomes HTML with a class for each kind of word. The home of Pygments.

Colours stand in static/code.css, for light and dark. No style is written into a page.
"""

import re
from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix="code-")


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


def coloured(text: str, language: str) -> Markup:
    """The text as HTML: escaped, in spans. language: as Pygments names it, `xml` or `python`.

    Taking the tags away and the escapes back gives the text itself.
    """
    if language == "bash" and (found := _XML_IN_SHELL.fullmatch(text)):
        begin, message, end = (_html(found[part], kind) for part, kind in _PARTS)
        return Markup("\n").join((begin, message, end))
    return _html(text, language)


_XML_IN_SHELL = re.compile(r"(.*<<'XML')\n(.*)\n(XML)", re.DOTALL)
"""A command that is given a message: here document."""
_PARTS = ((1, "bash"), (2, "xml"), (3, "bash"))


def _html(text: str, language: str) -> Markup:
    html = highlight(text, _lexer(language), _FORMATTER).removesuffix("\n")
    return Markup(html)  # noqa: S704 - Pygments has escaped the text
