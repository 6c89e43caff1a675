"""Files that support permits, made here: pictures by Pillow, PDF files object by object."""

import zlib
from io import BytesIO

from PIL import Image

XML = b'<?xml version="1.0" encoding="UTF-8"?><certificate><line>A</line></certificate>'


def a_picture(kind: str) -> bytes:
    """A picture of four points. kind: as Pillow names it."""
    made = BytesIO()
    Image.new("RGB", (2, 2), "green").save(made, kind)
    return made.getvalue()


def a_png() -> bytes:
    return a_picture("PNG")


def a_pdf(*objects: bytes, catalog: bytes = b"") -> bytes:
    """A PDF file of one empty page. objects: from number 4 on.  catalog: more of its keys."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R %b>>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        *objects,
    ]
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + head + table + trailer % (len(bodies) + 1, len(written))


def a_stream(content: bytes, keys: bytes = b"", *, packed: bool = True) -> bytes:
    """A stream object, packed by FlateDecode."""
    data = zlib.compress(content) if packed else content
    named = b"/Filter /FlateDecode " if packed else b""
    return b"<< %b%b/Length %d >>\nstream\n%b\nendstream" % (named, keys, len(data), data)


def objects_of(content: bytes) -> bytes:
    """An object stream that holds one object, number 9."""
    return a_stream(b"9 0 " + content, b"/Type /ObjStm /N 1 /First 4 ")
