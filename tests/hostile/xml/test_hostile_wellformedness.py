"""Class: well-formedness. No recovery: a message that is not XML with namespaces is refused."""

import pytest

from tests.soap.endpoint import Endpoint

DAMAGES = {
    "cut": ("</s:Envelope>", ""),
    "cut in a tag": ("</s:Envelope>", "</s:Envel"),
    "junk after the root": ("</s:Envelope>", "</s:Envelope>junk"),
    "second root": ("</s:Envelope>", "</s:Envelope><x/>"),
    "junk before the root": ("<s:Envelope", "junk<s:Envelope"),
    "mismatched tags": ("</TokenId>", "</TokenID>"),
    "crossed tags": ("</TokenId><IsoCountryCode>", "<IsoCountryCode></TokenId>"),
    "unbound prefix": ("<TokenId>", "<q:TokenId>"),
    "unbound prefix of an attribute": ("<TokenId>", "<TokenId q:a='1'>"),
    "duplicate attribute": ("<TokenId>", "<TokenId a='1' a='2'>"),
    "duplicate attribute by namespace": (
        "<TokenId>",
        "<TokenId xmlns:p='urn:CitesDataExchange/v1/' v:a='1' p:a='2'>",
    ),
    "unquoted attribute": ("<TokenId>", "<TokenId a=1>"),
    "attribute without value": ("<TokenId>", "<TokenId a>"),
    "less-than in an attribute": ("<TokenId>", "<TokenId a='<'>"),
    "bare ampersand": ("</TokenId>", "&</TokenId>"),
    "end of CDATA in text": ("</TokenId>", "]]></TokenId>"),
    "open CDATA": ("<TokenId>", "<TokenId><![CDATA["),
    "two dashes in a comment": ("<TokenId>", "<TokenId><!-- -- -->"),
    "declaration inside": ("<TokenId>", "<TokenId><?xml version='1.0'?>"),
    "name that starts with a digit": ("<TokenId>", "<1/><TokenId>"),
    "two colons": ("<TokenId>", "<v:a:b/><TokenId>"),
    "prefix bound to nothing": ("<TokenId>", "<TokenId xmlns:q=''>"),
    "xmlns as a prefix": ("<TokenId>", "<TokenId xmlns:xmlns='urn:x'>"),
    "xml bound to another": ("<TokenId>", "<TokenId xmlns:xml='urn:x'>"),
    "control character": ("</TokenId>", "\x01</TokenId>"),
    "nul": ("</TokenId>", "\x00</TokenId>"),
    "delete of the root": ("<s:Envelope", "<!s:Envelope"),
}


@pytest.mark.parametrize(("old", "new"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_message_is_refused_whole(endpoint: Endpoint, old: str, new: str) -> None:
    sent = endpoint.plain()
    assert old in sent
    assert endpoint.post(sent.replace(old, new, 1)).refuses("InvalidRequest")
    assert not endpoint.backend.asked


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_message_cut_anywhere_is_refused(endpoint: Endpoint, share: float) -> None:
    sent = endpoint.plain()
    assert endpoint.post(sent[: int(len(sent) * share)]).refuses("InvalidRequest", "well-formed")
