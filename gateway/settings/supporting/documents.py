"""Settings of the documents that support permits, [supporting_documents]."""

from typing import Annotated

from pydantic import Field

from gateway.domain.supporting.content import MAX_FILE_BYTES
from gateway.settings.section import Section


class SupportingDocumentSettings(Section):
    """[supporting_documents]: how much evidence is kept with a permit."""

    max_file_bytes: Annotated[int, Field(ge=1024, le=MAX_FILE_BYTES)] = MAX_FILE_BYTES
    """Of one file. Partners could not read a longer one."""

    max_permit_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 64 * 1024 * 1024
    """Of all files of a permit, removed ones counted."""

    max_documents: Annotated[int, Field(ge=1, le=1000)] = 100
    """Of a permit, removed ones counted."""
