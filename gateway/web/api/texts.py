"""Texts of request bodies: a line of characters that are seen, trimmed."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def seen(text: str) -> str:
    """Refuse controls, marks of direction and lone surrogates. Raises ValueError."""
    if not text.isprintable():
        raise ValueError("must be one line, of characters that are seen")
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(seen)]
"""A line of text, not empty."""
