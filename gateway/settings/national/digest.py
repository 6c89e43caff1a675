"""Mapping digest: SHA-256 of what a source description says of data and boxes.

Another digest makes other permits of the same rows, so the whole source is read anew. Neither a
moved working directory changes it, nor a key that says how the source is read, nor a key with its
default value, so that a key of a later version changes nothing before it is used.
"""

from hashlib import sha256
from pathlib import Path

from gateway.settings.national.load import FOLDER, Description
from gateway.settings.national.model import SourceDescription, SourceSettings

_OF_READING = {"source": {"answer_seconds"}, "sync": {"overlap", "page", "interval_seconds"}}


def mapping_digest(description: Description) -> str:
    """Digest of a description, hex. description: one without problems."""
    described = description.description
    assert described is not None  # noqa: S101  # it has no problems
    directory = description.path.parents[len(Path(FOLDER).parts)]
    return sha256(_portable(described, directory)).hexdigest()


def _portable(described: SourceDescription, directory: Path) -> bytes:
    source = described.source
    paths = {
        name: value.relative_to(directory) if value.is_relative_to(directory) else value
        for name in SourceSettings.model_fields
        if isinstance(value := getattr(source, name), Path)
    }
    if source.url_file is not None:
        # By name alone: a credential of systemd lies in another folder for each unit.
        paths["url_file"] = Path(source.url_file.name)
    portable = described.model_copy(update={"source": source.model_copy(update=paths)})
    return portable.model_dump_json(exclude=_OF_READING, exclude_defaults=True).encode()
