"""Files that support permits: their type by content, and what acts by itself is refused."""

import struct
import zlib

import pytest

from gateway.domain.people.sentence import Sentence
from gateway.domain.supporting import pdf
from gateway.domain.supporting.content import FileType, checked_type
from gateway.domain.supporting.refused import DocumentRefused
from gateway.wire.plain_xml import is_plain_xml
from tests.supporting_files import XML, a_pdf, a_picture, a_png, a_stream, objects_of

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"

DAMAGED = objects_of(SCRIPT).replace(zlib.compress(b"9 0 " + SCRIPT)[-4:], b"\xff\xff\xff\xff")
"""Its checksum is wrong, which readers do not mind."""


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        checked_type(name, content, is_plain_xml)
    assert refused.value.field == "file"
    return refused.value.text


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("finding.pdf", a_pdf(), FileType.PDF),
        ("Finding.PDF", b"\r\n\xef\xbb\xbf" + a_pdf(), FileType.PDF),
        ("objects.pdf", a_pdf(objects_of(b"<< /Type /Outlines /First 4 0 R >>")), FileType.PDF),
        ("text.pdf", a_pdf(a_stream(b"BT (JavaScript, /Launchpad) Tj ET")), FileType.PDF),
        ("old.pdf", a_pdf(b"<< /Filter [/ASCII85Decode /FlateDecode] >>"), FileType.PDF),
        ("crate.png", a_png(), FileType.PNG),
        ("crate.jpg", a_picture("JPEG"), FileType.JPEG),
        ("crate.jpeg", a_picture("JPEG") + b"\x00\x00", FileType.JPEG),
        ("crate.tif", a_picture("TIFF"), FileType.TIFF),
        ("data.xml", XML, FileType.XML),
        ("data.xml", XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"), FileType.XML),
    ],
)
def test_what_is_taken(name: str, content: bytes, kind: FileType) -> None:
    assert checked_type(name, content, is_plain_xml) is kind


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"", "empty"),
        ("a.exe", b"MZ\x90\x00", "must be PDF"),
        ("a.pdf", b"\x1f\x8b\x08", "must be PDF"),
        ("a.zip", b"PK\x03\x04", "must be PDF"),
        ("a.png", a_pdf(), "PDF by its content"),
        ("a.pdf", a_png(), "must end in .png"),
        ("a", a_png(), "must end in .png"),
        ("a.png.pdf", a_png(), "must end in .png"),
        ("a.xml", b"<html><script>alert(1)</script></html>", "well-formed"),
        ("a.xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "well-formed"),
        ("a.xml", b"<a", "well-formed"),
        ("a.xml", b"<!DOCTYPE a [<!ENTITY x 'xx'>]><a>&x;</a>", "well-formed"),
        ("a.xml", b"<!DOCTYPE a SYSTEM 'http://192.0.2.1/a.dtd'><a/>", "well-formed"),
        ("a.xml", b"<?xml-stylesheet href='a.xsl'?><a/>", "well-formed"),
        ("a.xml", b"<a>" + b"<b/>" * 200_000 + b"</a>", "well-formed"),
        ("a.xml", b"<a>" * 5_000 + b"</a>" * 5_000, "well-formed"),
    ],
)
def test_what_is_of_no_type_or_another_is_refused(name: str, content: bytes, said: str) -> None:
    assert said in refusal(name, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (a_pdf(SCRIPT), "(JavaScript)"),
        (a_pdf(SCRIPT.replace(b"/JavaScript", b"/J#61vaScri#70t")), "(JavaScript)"),
        (a_pdf(objects_of(SCRIPT)), "(JavaScript)"),
        (a_pdf(a_stream(b"\x00" * 300_000 + SCRIPT)), "(JavaScript)"),
        (a_pdf(catalog=b"/OpenAction << /S /Launch /F (a.exe) >> "), "(Launch)"),
        (a_pdf(catalog=b"/Names << /EmbeddedFiles 4 0 R >> "), "(EmbeddedFiles)"),
        (a_pdf(b"<< /Type /Filespec /EF << /F 5 0 R >> >>"), "(EmbeddedFile)"),
        (a_pdf(catalog=b"/AcroForm << /XFA 4 0 R >> "), "(XFA)"),
        (a_pdf() + a_pdf(SCRIPT), "(JavaScript)"),
        (a_pdf(SCRIPT) + a_pdf(), "(JavaScript)"),
        (a_pdf().replace(b"/Root", b"/Encrypt 4 0 R /Root"), "encrypted"),
        (a_pdf(a_stream(b"4 0 x", b"/First 4 /N 1 /DecodeParms << /Predictor 12 >> ")), "PDF/A"),
        (a_pdf(a_stream(b"4 0 x", b"/F#69rst 4 /DecodeParms << /Pr#65dictor 12 >> ")), "PDF/A"),
        (a_pdf(b"<< /First 4 /Filter /LZWDecode >>"), "PDF/A"),
        (a_pdf(DAMAGED), "(JavaScript)"),
        (a_pdf(objects_of(SCRIPT).replace(b"stream\n", b"stream \n", 1)), "(JavaScript)"),
        (a_pdf() + b"PK\x05\x06" + bytes(18), "second file"),
    ],
)
def test_a_pdf_that_acts_or_cannot_be_examined_is_refused(content: bytes, said: str) -> None:
    assert said in refusal("a.pdf", content)


def test_a_pdf_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_UNPACKED_BYTES", 3_000_000)
    assert pdf.pdf_problem(a_pdf(a_stream(bytes(2_000_000)))) is None
    bomb = a_pdf(*[a_stream(bytes(2_000_000))] * 2)
    assert len(bomb) < 10_000
    assert "unpacks to too much" in refusal("a.pdf", bomb)


def chained(streams: int) -> bytes:
    """Streams of which each is packed as all that come after it, and the last is damaged."""
    head = b"stream\nx\x01"
    stored = b"\x00" + struct.pack("<HH", len(head), 0xFFFF - len(head)) + head
    return b"%PDF-1.7\n" + head + stored * streams + b"\x07"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (chained(60), "PDF/A"),
        (b"%PDF-1.7\n" + b"stream\n" * 20_001, "PDF/A"),
        (b"%PDF-1.7\n" + b"#41" * 100_001, "PDF/A"),
        (a_pdf(a_stream(b"#41" * 100_001)), "PDF/A"),
        (
            # Blocks that unpack to nothing are read for each of the streams.
            b"%PDF-1.7\n" + chained(40)[9:-1] + b"\x00\x00\x00\xff\xff" * 2_000,
            "unpacks to too much",
        ),
    ],
)
def test_a_pdf_that_takes_too_much_work_is_refused(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_UNPACKED_BYTES", 400_000)
    assert said in refusal("a.pdf", content)


def test_data_that_begin_as_packed_ones_by_chance_are_taken() -> None:
    assert pdf.pdf_problem(a_pdf(*[a_stream(b"x\x9c\xff\x00", packed=False)] * 50)) is None


def test_a_name_across_two_pieces_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_PIECE", 4_096)
    for before in range(4_080, 4_100):
        assert isinstance(pdf.pdf_problem(a_pdf(a_stream(b" " * before + SCRIPT))), Sentence)


def a_chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def a_large_png() -> bytes:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", b"x"), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(a_chunk(*each) for each in chunks)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", a_png()[:-6], "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "damaged"),
        ("a.png", a_png().replace(b"IHDR", b"IDAT", 1), "damaged"),
        ("a.png", a_large_png(), "too many points"),
        ("a.png", a_png() + b"<?php system($_GET['x']); ?>", "more than a picture"),
        ("a.png", a_png() + b"PK\x05\x06" + bytes(18), "second file"),
        ("a.jpg", a_picture("JPEG") + b"PK\x05\x06" + bytes(18), "second file"),
        ("a.jpg", a_picture("JPEG") + b"MZ", "more than a picture"),
        ("a.jpg", a_picture("JPEG")[:-40], "damaged"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x00", "damaged"),
        ("a.jpg", b"\xff\xd8\xff\xfe\x00\x10%PDF-1.7 x\xff\xd9", "second file"),
        ("a.jpg", b"\xff\xd8\xff\xd9", "damaged"),
        ("a.jpg", b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff", "too many points"),
        ("a.tif", b"II*\x00\xff\xff\xff\xff", "damaged"),
        ("a.tif", b"MM\x00*\x00\x00\x00\x08\xff\xff" + bytes(20), "damaged"),
        (
            "a.tif",
            b"II*\x00\x08\x00\x00\x00\x02\x00"
            + struct.pack("<HHIIHHIII", 256, 4, 1, 60_000, 257, 4, 1, 60_000, 0),
            "too many points",
        ),
    ],
)
def test_a_picture_that_is_more_or_less_than_one_is_refused(
    name: str, content: bytes, said: str
) -> None:
    assert said in refusal(name, content)
