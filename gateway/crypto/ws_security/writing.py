"""Outgoing messages: an envelope of ours with a new, empty Security header to be filled."""

from datetime import datetime, timedelta

from lxml import etree

from gateway.crypto.ws_security.names import WSSE, WSSE_NAMESPACE, WSU, WSU_NAMESPACE
from gateway.wire.xml_parser import hardened_parser


class OutgoingMessage:
    """An envelope of ours, parsed, with a Security header added.

    security: the header, new and empty.  mandatory: whether it has mustUnderstand="1".
    """

    def __init__(self, message: bytes, *, mandatory: bool) -> None:
        # huge_tree: a permit of ours may carry an attachment larger than the parser's ordinary
        # limit for one text
        parser = hardened_parser(keep_comments=True, collect_ids=True, huge_text=True)
        self.envelope = etree.fromstring(message, parser)
        soap = etree.QName(self.envelope).namespace
        header = self.envelope.find(f"{{{soap}}}Header")
        if header is None:
            header = etree.Element(f"{{{soap}}}Header")
            self.envelope.insert(0, header)
        self.security = etree.SubElement(
            header, f"{WSSE}Security", nsmap={"wsse": WSSE_NAMESPACE, "wsu": WSU_NAMESPACE}
        )
        if mandatory:
            self.security.set(f"{{{soap}}}mustUnderstand", "1")
        self.body = self.envelope[-1]

    def written(self) -> bytes:
        """The message in UTF-8."""
        return etree.tostring(self.envelope, encoding="UTF-8", xml_declaration=True)


def add_timestamp(
    security: etree._Element, created: datetime, lifetime: timedelta
) -> etree._Element:
    """Add a Timestamp to a Security header. created: UTC.  lifetime: until it expires."""
    timestamp = etree.SubElement(security, f"{WSU}Timestamp")
    etree.SubElement(timestamp, f"{WSU}Created").text = _iso(created)
    etree.SubElement(timestamp, f"{WSU}Expires").text = _iso(created + lifetime)
    return timestamp


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
