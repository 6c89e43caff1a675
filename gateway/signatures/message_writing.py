"""How does a Security header get into a message of ours?"""

from lxml import etree

from gateway.signatures.message_names import WSSE, WSSE_NAMESPACE, WSU_NAMESPACE


class OpenMessage:
    """An envelope that we wrote, opened to be secured. security: its Security header, new and empty."""

    def __init__(self, message: bytes, *, mandatory: bool) -> None:
        # huge_tree: a permit of ours may carry an attachment larger than the parser's ordinary limit for one text
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
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
