"""Page about the JSON API, for the engineers of a system: its operations, and the description."""

from collections.abc import Iterable

from starlette.responses import HTMLResponse

from gateway.web.api.route import ApiRoute
from gateway.web.people.static_files import ADDRESSES
from gateway.web.rendering import rendered

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def page(prefix: str, operations: Iterable[ApiRoute]) -> HTMLResponse:
    """The page. prefix: path of the API."""
    listed = [
        {
            "method": sorted(each.methods or ())[0],
            "path": each.path,
            "text": each.description.partition("\n\n")[0],
            "scope": each.scope.value,
        }
        for each in operations
    ]
    values = {"prefix": prefix, "files": ADDRESSES, "operations": listed}
    answer = HTMLResponse(rendered("api/index.html", values))
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
