"""Hardened parsers: nothing is fetched, expanded or repaired, and a DOCTYPE is seen."""

import ast
from pathlib import Path

import pytest
from lxml import etree

import gateway.wire
from gateway.wire.xml_parser import hardened_parser, hardened_pull_parser, has_doctype

LENIENT = hardened_parser(keep_comments=False, collect_ids=False)


def parsers() -> list[etree.XMLParser]:
    return [
        hardened_parser(keep_comments=False, collect_ids=True),
        hardened_parser(keep_comments=True, collect_ids=False),
        hardened_pull_parser(encoding=None),
    ]


def read(parser: etree.XMLParser, document: bytes) -> etree._Element:
    parser.feed(document)
    return parser.close()


@pytest.mark.parametrize("parser", parsers())
def test_an_entity_is_neither_loaded_nor_expanded(parser: etree.XMLParser, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    root = read(parser, b'<!DOCTYPE a [<!ENTITY e SYSTEM "%b">]><a>&e;</a>' % bytes(secret))
    assert b"secret" not in etree.tostring(root).replace(bytes(secret), b"")
    assert has_doctype(root)


@pytest.mark.parametrize("parser", parsers())
def test_a_document_without_doctype_is_told_apart(parser: etree.XMLParser) -> None:
    assert not has_doctype(read(parser, b"<a>text</a>"))


@pytest.mark.parametrize("parser", parsers())
@pytest.mark.parametrize("damaged", [b"<a><b></a>", b"<a b=c/>", b"<p:a/>", b"<a>\x00</a>"])
def test_nothing_is_repaired(parser: etree.XMLParser, damaged: bytes) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        read(parser, damaged)


@pytest.mark.parametrize("parser", parsers())
def test_depth_is_bounded_by_the_library_itself(parser: etree.XMLParser) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        read(parser, b"<a>" * 300 + b"</a>" * 300)


def test_comments_are_left_out_or_kept() -> None:
    without = etree.fromstring(b"<a>1<!-- - -->2</a>", LENIENT)
    kept = etree.fromstring(
        b"<a>1<!-- - -->2</a>", hardened_parser(keep_comments=True, collect_ids=False)
    )
    assert (without.text, kept.text) == ("12", "1")


def test_a_repeated_id_is_an_error_only_where_ids_are_collected() -> None:
    repeated = b'<a><b xml:id="x"/><b xml:id="x"/></a>'
    assert len(etree.fromstring(repeated, LENIENT)) == 2
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(repeated, hardened_parser(keep_comments=False, collect_ids=True))


def test_no_other_module_makes_a_parser() -> None:
    """Without a parser of this module, etree.fromstring takes the default one of lxml."""
    root = Path(gateway.wire.__file__).parents[2]
    modules = [*(root / "gateway").rglob("*.py"), *(root / "adapters").rglob("*.py")]
    offenders = {
        path.relative_to(root).as_posix()
        for path in modules
        if (text := path.read_text(encoding="utf-8")) and ("fromstring" in text or ".XML" in text)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("XMLParser", "XMLPullParser", "XML")
        or (node.func.attr == "fromstring" and len(node.args) < 2)
    }
    assert offenders == {"gateway/wire/xml_parser.py"}
