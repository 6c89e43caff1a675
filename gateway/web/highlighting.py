"""Code colours: source text becomes HTML with a class for each kind of word. The home of Pygments.

Colours stand in static/code.css, for light and dark. No style is written into a page.
"""

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
    html = highlight(text, _lexer(language), _FORMATTER).removesuffix("\n")
    return Markup(html)  # noqa: S704 - Pygments has escaped the text
