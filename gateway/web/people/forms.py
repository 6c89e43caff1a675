"""Form of a page: its fields as sent, bounded, and what is wrong with them.

URL-encoded forms are taken; where a page takes a file, one in multipart/form-data. The server has
bounded the body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence

MEDIA_TYPE = "application/x-www-form-urlencoded"
WITH_FILE = "multipart/form-data"
_MOST_FIELDS = 100
_LONGEST_VALUE = 8000


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a browser sent it. name: what the browser calls it; not to be trusted."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """fields: name -> values, in the order they were sent.  file: None where none was sent."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, Sentence] = field(default_factory=dict)
    file: SentFile | None = None

    def text(self, name: str) -> str:
        """The value of a field; empty where it was not sent."""
        return next(iter(self.fields.get(name, ())), "")

    def texts(self, name: str) -> Sequence[str]:
        """All values of a field."""
        return self.fields.get(name, ())

    def refused(self, error: PersonInvalid) -> "Form":
        """The form with what is wrong beside its fields."""
        found = {each.field: each.sentence for each in (error, *error.also)}
        return Form(self.fields, {**self.errors, **found}, self.file)


def read_form(body: bytes) -> Form:
    """Read a form. Raises ValueError where it is none, or has too many or too long fields."""
    fields = parse_qs(
        body.decode("utf-8"),
        keep_blank_values=True,
        max_num_fields=_MOST_FIELDS,
        encoding="utf-8",
        errors="strict",
    )
    if any(len(value) > _LONGEST_VALUE for values in fields.values() for value in values):
        raise ValueError("a field is too long")
    return Form(fields)


async def read_form_with_file(request: Request) -> Form:
    """Read a form with one file. Raises ValueError where it is none, or has too long a part."""
    fields: dict[str, list[str]] = {}
    file = None
    try:
        async with request.form(
            max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_VALUE
        ) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    file = SentFile(value.filename or "", await value.read())
                else:
                    fields.setdefault(name, []).append(value)
    except (HTTPException, MultiPartException, KeyError) as error:
        raise ValueError("no form with a file") from error
    return Form(fields, file=file)
