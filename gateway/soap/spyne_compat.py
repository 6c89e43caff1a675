"""Why can Spyne 2.14 be imported on Python 3.12 and later? Import this module before spyne.

Spyne carries a copy of six 1.14 whose lazy importer Python 3.12 refuses; the released six takes its place here.
(Its `cgi` import is served by the legacy-cgi package on 3.13.)
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
    sys.modules.setdefault(f"{_COPY}.moves.{_name}", __import__(f"six.moves.{_name}", fromlist=["_"]))
