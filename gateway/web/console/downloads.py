"""Downloads of the console: a ZIP file that a browser keeps and does not open."""

from starlette.responses import Response


def attached(content: bytes, name: str) -> Response:
    """A file. name: of ASCII letters, digits, hyphens and dots."""
    answer = Response(content, media_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
