"""Hardened XML parsers: no DTD, no entity, no network, no repair, the limits of libxml2 on.

Every parser of the gateway is made here, so that its options stand once. The rooms differ in three
things only, and each says its choice: encoding, comments, table of IDs. Bounds on size, depth and
encodings, and the sentence of a refusal, belong to the rooms, because their documents differ.

Options alone do not refuse a DOCTYPE: the internal subset is still parsed, though nothing in it is
loaded or expanded. Therefore each room refuses a document for which `has_doctype` is true, and one
whose parser `has_namespace_error`.
"""

from itertools import chain
from typing import TypedDict

from lxml import etree


class _Hardening(TypedDict):
    resolve_entities: bool
    load_dtd: bool
    no_network: bool
    recover: bool


_HARDENING = _Hardening(resolve_entities=False, load_dtd=False, no_network=True, recover=False)


def hardened_parser(
    *,
    encoding: str | None = None,
    keep_comments: bool,
    collect_ids: bool,
    huge_text: bool = False,
) -> etree.XMLParser:
    """A parser for whole documents. lxml locks it while it works, so threads do not share one.

    encoding: overrides what the document declares; None: the document decides.
    keep_comments: whether comments and processing instructions enter the tree. Without them the
    text on both sides of one is a single value; a signature needs them where they stand.
    collect_ids: whether `xml:id` values are entered in a table. With it a repeated or malformed
    `xml:id` is a syntax error.
    huge_text: lifts libxml2's limits (10 MB for a text, 256 levels). Only for bytes that this
    gateway wrote itself.
    """
    return etree.XMLParser(
        encoding=encoding,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
        collect_ids=collect_ids,
        huge_tree=huge_text,
        **_HARDENING,
    )


def hardened_pull_parser(*, encoding: str | None) -> etree.XMLPullParser:
    """A parser that is fed in pieces and gives `start` and `end` events, so that bounds hold early.

    encoding: as for `hardened_parser`. Comments and `xml:id` values are collected.
    """
    return etree.XMLPullParser(
        events=("start", "end"), encoding=encoding, huge_tree=False, **_HARDENING
    )


def has_namespace_error(parser: etree.XMLParser | etree.XMLPullParser) -> bool:
    """Whether the document that a parser has just read breaks Namespaces in XML 1.0.

    lxml raises XMLSyntaxError for a prefix without a namespace only if it is the last thing that
    libxml2 remarks on. Behind it a warning, as about a namespace that is no absolute URI, lets the
    document pass, with a tag such as `v:x`.
    """
    logs = chain(parser.error_log, parser.feed_error_log)
    return any(entry.level > etree.ErrorLevels.WARNING for entry in logs)


def has_doctype(root: etree._Element) -> bool:
    """Whether the document of this element has a document type declaration."""
    return root.getroottree().docinfo.internalDTD is not None
