"""Compatibility of Spyne 2.14 with Python 3.12 and later: the released six replaces Spyne's copy.

Spyne carries a copy of six 1.14 whose lazy importer Python 3.12 refuses. This module must be
imported before spyne; the package does so. (Spyne's `cgi` import is served by legacy-cgi on 3.13.)
"""

import operator
import sys

import six  # type: ignore[import-untyped]

_COPY = "spyne.util.six"

# The released six no longer has this; Spyne's decorators call it.
six.get_function_name = operator.attrgetter("__name__")

sys.modules.setdefault(_COPY, six)
sys.modules.setdefault(f"{_COPY}.moves", six.moves)
for _name in ("collections_abc", "urllib", "urllib.parse", "urllib.request", "http_cookies"):
    sys.modules.setdefault(
        f"{_COPY}.moves.{_name}", __import__(f"six.moves.{_name}", fromlist=["_"])
    )
