"""Mutations: damage to a good message, by its grammar (tags, texts, encodings) or by bytes."""

import re
from collections.abc import Callable, Sequence
from random import Random

_PIECE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<[^<>]*>|[^<]+", re.DOTALL)
_LARGEST = 200_000

TEXTS = [
    b"", b" ", b"?", b"0", b"-1", b"+5", b"1e9", b"1E-400", b"1_000", b"12,5", b"NaN", b"Infinity",
    b"0x10", b"5.", b".5", b"9" * 400, b"0." + b"0" * 400 + b"1", "\u0665".encode(),
    "\uff15".encode(), b"&#x35;", b"5&#0;", b"&undefined;", b"&lt;", b"&amp;amp;", b"<![CDATA[5]]>",
    b"5<!-- -->5", b"5<?x y?>5", b"5<x/>5", b"]]>", b"A", b"AA", "\u0410".encode(),
    "A\u0301".encode(), "\ufeff".encode(), "\u202e".encode(), "\u0000".encode(), b"\xff\xfe",
    b"\xed\xa0\x80", b"\xc0\xaf", b"%s%n{0}{{7*7}}${7*7}", b"' OR '1'='1", b"*)(uid=*",
    b"../../../../etc/passwd", b"\r\nX-Odd: yes", b"=1+1", b"2026-02-30T00:00:00Z",
    b"0000-00-00T00:00:00Z", b"2026-03-02T24:00:00Z", b"9999-12-31T23:59:59-14:00",
    b"0001-01-01T00:00:00+14:00", b"2026-03-02T09:30:00.123456789Z", b"10000-01-01T00:00:00Z", b"Z",
    b"MZ", b"mz", b"MZ26EX000001", b"X" * 71, b"X" * 20_000, b"true", b"false", b"null", b"[]",
    b"{}", b'"', b"\\u0000", b"\\ud800", b"AAAA", b"AAA=",
]  # fmt: skip
"""Values that have broken other software."""

MARKUP = [
    b"<x/>", b"<x>", b"</x>", b"<!-- x -->", b"<!---->", b"<?x y?>", b"<?xml version='1.0'?>",
    b"<![CDATA[", b"]]>", b"<!DOCTYPE x>",
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    b"<!DOCTYPE x [<!ENTITY e 'eeee'>]>", b"<!ENTITY e 'x'>", b"&e;",
    b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>',
    b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:root@epix"/>',
    b'<h:Block xmlns:h="urn:h" xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    b' s:mustUnderstand="1"/>',
    b"<TokenId>QX7K-42M9-SECRET</TokenId>", b"<CertificateNumber>MZ26EX000001</CertificateNumber>",
    b"<IsoCountryCode>MZ</IsoCountryCode>",
    b"<CitesPosition><ID>A</ID><InspectedUnitQuantity>1</InspectedUnitQuantity></CitesPosition>",
    b"<Attachments/>", b"\r\n\r\n", b"--epix\r\n",
]  # fmt: skip

ATTRIBUTES = [
    b' xmlns=""', b' xmlns="urn:other"', b' xmlns:v="urn:other"', b' xmlns:xml="urn:x"',
    b' xml:space="preserve"', b' id="a"', b' href="#a"', b' xsi:nil="true"',
    b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"', b' a="1" a="2"', b" a",
    b' a="<"', b' a="&e;"', b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Other"',
    b' xml:base="http://127.0.0.1:9/"', b' schemeID="?"',
    b' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    b' i:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"',
    b' unitCode="KGM"', b' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"',
    b' s:mustUnderstand="yes"', b' s:actor=""', b' s:role=""',
]  # fmt: skip

Mutation = Callable[[Random, bytes], bytes]


def mutated(random: Random, message: bytes, others: Sequence[bytes]) -> bytes:
    """A message with one to six mutations, now and then none.

    Parts of `others` may be spliced in.
    """
    gentle = random.random()
    if gentle < 0.01:
        return message
    # Mostly well-formed, so that the code behind the grammar is met as well.
    if gentle < 0.3:
        for _ in range(random.choice((1, 1, 2))):
            message = _OTHER_TEXT(random, message)
        return message[:_LARGEST]
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        roll = random.random()
        if roll < 0.55:
            message = random.choice(_BY_GRAMMAR)(random, message)
        elif roll < 0.93:
            message = random.choice(_BY_BYTES)(random, message)
        elif roll < 0.97:
            message = _spliced(random, message, random.choice(others))
        else:
            message = random.choice(_BY_ENCODING)(random, message)
    return message[:_LARGEST]


def _pieces(message: bytes) -> list[bytes]:
    return _PIECE.findall(message) or [message]


def _change_pieces(change: Callable[[Random, list[bytes], int], None]) -> Mutation:
    def mutation(random: Random, message: bytes) -> bytes:
        pieces = _pieces(message)
        change(random, pieces, random.randrange(len(pieces)))
        return b"".join(pieces)

    return mutation


def _drop(random: Random, pieces: list[bytes], at: int) -> None:
    del pieces[at : at + random.choice((1, 1, 2, 3))]


def _repeat(random: Random, pieces: list[bytes], at: int) -> None:
    pieces[at:at] = pieces[at : at + random.choice((1, 2, 3, 8))] * random.choice((1, 1, 2, 30))


def _swap(random: Random, pieces: list[bytes], at: int) -> None:
    other = random.randrange(len(pieces))
    pieces[at], pieces[other] = pieces[other], pieces[at]


def _move(random: Random, pieces: list[bytes], at: int) -> None:
    pieces.insert(random.randrange(len(pieces)), pieces.pop(at))


def _insert(random: Random, pieces: list[bytes], at: int) -> None:
    pieces.insert(at, random.choice(MARKUP))


def _nest(random: Random, pieces: list[bytes], at: int) -> None:
    depth = random.choice((1, 2, 10, 30, 300))
    pieces[at] = b"<n>" * depth + pieces[at] + b"</n>" * depth


def _other_text(random: Random, pieces: list[bytes], at: int) -> None:
    texts = [
        place for place, piece in enumerate(pieces) if not piece.startswith(b"<") and piece.strip()
    ]
    if texts:
        pieces[random.choice(texts)] = random.choice(TEXTS)


def _text_put_in(random: Random, pieces: list[bytes], at: int) -> None:
    pieces.insert(at, random.choice(TEXTS))


def _attribute(random: Random, pieces: list[bytes], at: int) -> None:
    tag = pieces[at]
    if tag.startswith(b"<") and tag.endswith(b">") and not tag.startswith((b"</", b"<!", b"<?")):
        end = -2 if tag.endswith(b"/>") else -1
        pieces[at] = (
            tag[:end] + random.choice(ATTRIBUTES) * random.choice((1, 1, 1, 40)) + tag[end:]
        )


def _other_name(random: Random, pieces: list[bytes], at: int) -> None:
    name = re.match(rb"</?([\w:.-]+)", pieces[at])
    if name:
        new = random.choice(
            (
                b"x",
                b"v:x",
                b"Envelope",
                name[1].lower(),
                name[1] + b"x",
                name[1].rpartition(b":")[2],
            )
        )
        for place, piece in enumerate(pieces):
            if re.match(rb"</?%b[\s/>]" % re.escape(name[1]), piece):
                pieces[place] = piece.replace(name[1], new, 1)


def _other_namespace(random: Random, pieces: list[bytes], at: int) -> None:
    quoted = [place for place, piece in enumerate(pieces) if b"xmlns" in piece]
    if quoted:
        place = random.choice(quoted)
        other = random.choice(
            (
                b"",
                b"urn:CitesDataExchange/v1/",
                b"urn:CitesDataExchange/v2/",
                b"http://schemas.xmlsoap.org/soap/envelope/",
                b"http://www.w3.org/2003/05/soap-envelope",
                b"urn:other",
                b"http://www.w3.org/XML/1998/namespace",
            )
        )
        pieces[place] = re.sub(
            rb'(xmlns[\w:]*=)"[^"]*"', rb'\1"%b"' % other, pieces[place], count=1
        )


def _flip(random: Random, message: bytes) -> bytes:
    changed = bytearray(message or b" ")
    for _ in range(random.choice((1, 1, 2, 8))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _other_byte(random: Random, message: bytes) -> bytes:
    changed = bytearray(message or b" ")
    changed[random.randrange(len(changed))] = random.choice(
        b"<>&\"'/=!?;: \t\r\n\x00\x7f\x80\xff0A-,{}[]"
    )
    return bytes(changed)


def _cut_out(random: Random, message: bytes) -> bytes:
    start = random.randrange(len(message) + 1)
    return message[:start] + message[start + random.choice((1, 2, 5, 20, 200)) :]


def _cut_off(random: Random, message: bytes) -> bytes:
    return message[: random.randrange(len(message) + 1)]


def _put_in(random: Random, message: bytes) -> bytes:
    at = random.randrange(len(message) + 1)
    return (
        message[:at]
        + (random.choice(TEXTS) if random.random() < 0.5 else random.randbytes(4))
        + message[at:]
    )


def _say_again(random: Random, message: bytes) -> bytes:
    start = random.randrange(len(message) + 1)
    piece = message[start : start + random.choice((1, 4, 16, 64, 512))]
    return message[:start] + piece * random.choice((2, 2, 5, 60)) + message[start:]


def _spliced(random: Random, message: bytes, other: bytes) -> bytes:
    start = random.randrange(len(other) + 1)
    at = random.randrange(len(message) + 1)
    return message[:at] + other[start : start + random.choice((10, 100, 1000))] + message[at:]


def _recoded(codec: str, mark: bytes = b"") -> Mutation:
    return lambda _, message: mark + message.decode("latin-1").encode(codec, "replace")


def _marked(random: Random, message: bytes) -> bytes:
    return (
        random.choice(
            (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x4c\x6f\xa7\x94")
        )
        + message
    )


def _declared(random: Random, message: bytes) -> bytes:
    name = random.choice(
        (
            b"UTF-8",
            b"utf-16",
            b"UTF-7",
            b"UTF-32",
            b"ISO-8859-1",
            b"US-ASCII",
            b"EBCDIC-CP-US",
            b"IBM037",
            b"hex",
            b"rot13",
            b"x" * 300,
            b"",
            b"windows-1252",
            b"HTML",
            b"idna",
            b"unicode_escape",
            b"utf-8-sig",
            b"UCS-4",
            b"EUC-JP",
            b"HZ-GB-2312",
        )
    )
    return b'<?xml version="1.0" encoding="%b"?>' % name + message


_OTHER_TEXT = _change_pieces(_other_text)
_BY_GRAMMAR: list[Mutation] = [
    _change_pieces(change)
    for change in (
        _drop, _repeat, _swap, _move, _insert, _nest, _other_text, _other_text, _other_text,
        _text_put_in, _attribute, _other_name, _other_namespace,
    )
]  # fmt: skip
_BY_BYTES: list[Mutation] = [_flip, _other_byte, _cut_out, _cut_off, _put_in, _say_again]
_BY_ENCODING: list[Mutation] = [
    _recoded("utf-16"), _recoded("utf-16-le"), _recoded("utf-16-be", b"\xfe\xff"),
    _recoded("utf-32"), _recoded("utf-7"), _recoded("cp037"), _marked, _declared, _declared,
]  # fmt: skip
