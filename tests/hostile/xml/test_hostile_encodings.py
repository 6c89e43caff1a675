"""Class: encodings refused. An exotic, contradictory or broken encoding gets a clean refusal."""

import pytest

from tests.soap.endpoint import Endpoint

EXOTIC = [
    "utf-7",
    "UTF-32",
    "utf-32le",
    "cp037",
    "IBM1047",
    "ebcdic-cp-us",
    "koi8-r",
    "shift_jis",
    "gb18030",
    "windows-1252",
    "utf-8-sig",
    "rot13",
    "base64",
    "hex",
    "zlib",
    "bz2",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "nonsense",
    "ucs-2",
    "ucs-4",
    "x" * 300,
]


@pytest.mark.parametrize("name", [*EXOTIC, "utf 8!", "../utf-8", "%s", "utf-8\x00"])
def test_an_exotic_charset_is_refused(endpoint: Endpoint, name: str) -> None:
    answer = endpoint.post(endpoint.plain(), f'text/xml; charset="{name}"')
    assert answer.refuses("InvalidRequest")


@pytest.mark.parametrize("name", EXOTIC)
def test_an_exotic_declaration_is_refused(endpoint: Endpoint, name: str) -> None:
    sent = f'<?xml version="1.0" encoding="{name}"?>{endpoint.plain()}'
    assert endpoint.post(sent, "text/xml").refuses("InvalidRequest")


@pytest.mark.parametrize(
    "codec",
    [
        "utf-7",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-16-le",
        "utf-16-be",
        "cp037",
        "cp1026",
        "punycode",
    ],
)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=utf-16"])
def test_bytes_of_an_exotic_encoding_are_refused(
    endpoint: Endpoint, codec: str, charset: str
) -> None:
    sent = endpoint.plain().encode(codec)
    if codec == "utf-7":
        sent = sent.replace(b"<", b"+ADw-").replace(b">", b"+AD4-")
    assert endpoint.post(sent, f"text/xml{charset}").refuses("InvalidRequest")


CONTRADICTIONS = [
    (b"", "utf-8", "UTF-8 body, other declaration", "iso-8859-1"),
    (b"", "iso-8859-1", "", "utf-8"),
    (b"", "us-ascii", "", "utf-8"),
    (b"", "utf-8", "", "UTF-16"),
    (b"", "utf-16", "", "utf-8"),
    (b"\xef\xbb\xbf", "iso-8859-1", "", ""),
    (b"\xef\xbb\xbf", "", "", "iso-8859-1"),
    (b"\xef\xbb\xbf", "utf-16", "", ""),
    (b"\xff\xfe", "utf-8", "", ""),
    (b"\xff\xfe", "", "", "utf-8"),
    (b"\xff\xfe", "utf-16be", "", ""),
    (b"\xfe\xff", "utf-16le", "", ""),
    (b"\xfe\xff", "", "", "utf-16le"),
    (b"", "utf-16", "", ""),
    (b"", "", "", "UTF-16"),
]


@pytest.mark.parametrize(("mark", "charset", "_", "declared"), CONTRADICTIONS)
def test_mark_charset_and_declaration_must_agree(
    endpoint: Endpoint, mark: bytes, charset: str, _: str, declared: str
) -> None:
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, "utf-8")
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    media = f"text/xml; charset={charset}" if charset else "text/xml"
    answer = endpoint.post(mark + (declaration + endpoint.plain()).encode(codec), media)
    assert answer.refuses(
        "InvalidRequest", "ncoding" if mark or (charset and declared) else "UTF-16"
    )


MARK, UTF16 = "\ufeff", '<?xml version="1.0" encoding="utf-16"?>'
SECOND = {
    "a mark after the mark, UTF-8": (b"\xef\xbb\xbf", MARK, "utf-8"),
    "two marks after the mark, UTF-8": (b"\xef\xbb\xbf", MARK * 2, "utf-8"),
    "mark, white space, mark": (b"\xef\xbb\xbf", f" {MARK}", "utf-8"),
    "mark, white space, declaration": (b"\xef\xbb\xbf", '\n<?xml version="1.0"?>', "utf-8"),
    "a mark after the mark, little endian": (b"\xff\xfe", MARK, "utf-16-le"),
    "a mark after the mark, big endian": (b"\xfe\xff", MARK, "utf-16-be"),
    "a mark of the other order": (b"\xff\xfe", "\ufffe", "utf-16-le"),
    "two marks, then a declaration": (b"\xff\xfe", MARK + UTF16, "utf-16-le"),
    "a mark after the declaration, UTF-8": (b"", f'<?xml version="1.0"?>{MARK}', "utf-8"),
    "a mark after the declaration, UTF-16": (b"\xff\xfe", UTF16 + MARK, "utf-16-le"),
    "a declaration after the declaration": (b"\xff\xfe", UTF16 * 2, "utf-16-le"),
    "another declaration after it": (b"\xff\xfe", f'{UTF16}<?xml version="1.0"?>', "utf-16-le"),
    "another declaration after it, Latin-1": (
        b"",
        '<?xml version="1.0" encoding="latin1"?><?xml version="1.0" encoding="utf-8"?>',
        "latin-1",
    ),
    "white space before the declaration": (b"\xff\xfe", f" {UTF16}", "utf-16-le"),
}


@pytest.mark.parametrize(("mark", "before", "codec"), SECOND.values(), ids=SECOND)
def test_a_second_mark_or_declaration_is_refused(
    endpoint: Endpoint, mark: bytes, before: str, codec: str
) -> None:
    """libxml2 strips a mark and reads a declaration at the start of what it is given."""
    sent = mark + (before + endpoint.plain()).encode(codec)
    assert endpoint.post(sent, "text/xml").refuses("InvalidRequest")
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    "bad",
    [
        b"\xff",
        b"\xc3",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
        b"\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\x00",
        b"\x0b",
        b"\x1b",
        b"\xef\xbf\xbe",
    ],
)
def test_invalid_bytes_are_refused_never_replaced(endpoint: Endpoint, bad: bytes) -> None:
    sent = endpoint.plain().encode().replace(b"MZ26EX", b"MZ26" + bad + b"EX")
    assert endpoint.post(sent).refuses("InvalidRequest")
    assert not endpoint.backend.asked


@pytest.mark.parametrize("bad", [b"\x00\xd8", b"\x00\xdc", b"\x3d"])
def test_broken_utf16_is_refused(endpoint: Endpoint, bad: bytes) -> None:
    sent = b"\xff\xfe" + endpoint.plain().encode("utf-16-le").replace(
        "MZ26EX".encode("utf-16-le"), bad
    )
    assert endpoint.post(sent, "text/xml").refuses("InvalidRequest")


def test_bytes_beyond_ascii_in_declared_ascii_are_refused(endpoint: Endpoint) -> None:
    sent = '<?xml version="1.0" encoding="us-ascii"?><!-- é -->' + endpoint.plain()
    assert endpoint.post(sent, "text/xml").refuses("InvalidRequest", "US-ASCII")


@pytest.mark.parametrize(
    "declaration",
    [
        '<?xml version="1.1"?>',
        '<?xml version="2.0"?>',
        "<?xml version=1.0?>",
        "<?xml ?>",
        '<?xml encoding="utf-8"?>',
        '<?xml version="1.0" encoding=""?>',
        '<?xml version="1.0" encoding="utf-8" encoding="utf-16"?>',
        '<?xml version="1.0"',
        ' <?xml version="1.0"?>',
        '<?xml version="1.0"?><?xml version="1.0"?>',
        '<?XML version="1.0"?>',
        '<?xml version="1.0"' + " " * 500 + "?>",
        '<?xml version="1.0" standalone="maybe"?>',
    ],
)
def test_a_damaged_declaration_is_refused(endpoint: Endpoint, declaration: str) -> None:
    assert endpoint.post(declaration + endpoint.plain()).refuses("InvalidRequest")
