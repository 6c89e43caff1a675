"""Files of the check page: scripts, style sheet, words and tables, below an address with a version.

The version is a digest of all of them, so that a browser may keep each for ever.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from gateway.domain.codes import (
    Language,
    catalogue,
    code_list,
    document_types,
    form_wording,
    paper_wording,
)
from gateway.domain.paper.boxes import HEAD, LINE, PaperBox
from gateway.web.rendering import static

LANGUAGES: Mapping[str, Language] = {
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
}
"""Tag -> name as the code lists have it."""

SCRIPTS = (
    "bytes.js", "cbor.js", "cose.js", "digits.js", "foreign_text.js", "fragment.js",
    "key_lists.js", "page.js", "scanning.js", "statement.js", "verdict_view.js", "verify.js",
    "withdrawn.js", "words.js",
)  # fmt: skip
SCANNER = ("scanner.js", "zxing/reader/index.js", "zxing/share.js", "zxing/zxing_reader.wasm")
"""Loaded once the page is shown."""
WORKER = "scanner.js"
"""The script whose answer allows WebAssembly."""
_STYLE_SHEETS = ("tokens.css", "check/check.css")


def words(language: Language) -> dict[str, str]:
    """Return the words of the page, and of verdicts, by key."""
    own = catalogue(resources.files(__package__).joinpath("words.csv"))
    return {key: text.name(language) for key, text in (paper_wording() | own).items()}


@cache
def files() -> dict[str, bytes]:
    """Return the content of each file by its name."""
    found = {name: static(f"check/{name}") for name in (*SCRIPTS, *SCANNER)}
    found["check.css"] = b"\n".join(static(name) for name in _STYLE_SHEETS)
    found["icon.svg"] = static("icon.svg")
    for tag, language in LANGUAGES.items():
        found[f"form.{tag}.json"] = json.dumps(_form(language), ensure_ascii=False).encode()
    return found


def shell() -> tuple[str, ...]:
    """Return the names of the files without which there is no page."""
    return tuple(name for name in files() if name not in SCANNER)


@cache
def version() -> str:
    """Return the digest of all files, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in sorted(files().items()):
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def service_worker(page: bytes) -> bytes:
    """Return the service worker. page: the check page, a change of which it has to notice."""
    base = f"/check/{version()}"
    values = {
        "VERSION": hashlib.sha256(version().encode() + page).hexdigest()[:16],
        "SHELL": ["/check", *(f"{base}/{name}" for name in shell())],
        "SCANNER": [f"{base}/{name}" for name in SCANNER],
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in values.items()]
    return "\n".join([*lines, ""]).encode() + static("check/service_worker.js")


def manifest(language: Language) -> bytes:
    """Return the manifest by which the page is installed. Source: W3C Web Application Manifest."""
    return json.dumps(
        {
            "id": "/check",
            "name": f"EPIX: {words(language)['title']}",
            "short_name": "EPIX",
            "start_url": "/check",
            "scope": "/check",
            "display": "standalone",
            "background_color": "#f7f9f7",
            "theme_color": "#14694a",
            "icons": [
                {
                    "src": f"/check/{version()}/icon.svg",
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "any",
                }
            ],
        },
        ensure_ascii=False,
    ).encode()


def _form(language: Language) -> dict[str, object]:
    tables: tuple[PaperBox[Any], ...] = (*HEAD, *LINE)
    used = {row.codes for row in tables if row.codes}
    return {
        "words": words(language),
        "head": [_row(row, language) for row in HEAD],
        "line": [_row(row, language) for row in LINE],
        "kinds": {code: each.name(language) for code, each in document_types().items()},
        "codes": {
            name: {code: each.name(language) for code, each in code_list(name).items()}
            for name in sorted({*used, "countries"})
        },
    }


def _row(row: PaperBox[Any], language: Language) -> dict[str, object]:
    return {
        "key": row.key,
        "box": row.box,
        "word": row.word,
        "label": form_wording()[row.word].name(language),
        "kind": row.kind.value,
        "codes": row.codes,
    }
