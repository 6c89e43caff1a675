"""Requests of the fault pages: each, sent to a sandbox, gives the fault of its page."""

import pytest
from lxml import etree, html

from gateway.http import HttpRequest, settled
from gateway.web.portal.faults import FAULTS
from tests.sandbox.conftest import MadeSandbox

WITHOUT_REQUEST = {
    *("AccessDenied", "CallerNotFound", "CertificateMissing", "MessageTooLarge"),
    *("AlgorithmRefused", "MessageExpired", "MessageReplayed"),
    *("SignatureInvalid", "SignatureMissing", "SignerNotTrusted"),
    *("PartnerFault", "PartnerReplyInvalid", "PartnerTimeout", "PartnerUnreachable"),
    *("InternalError", "ServiceUnavailable"),
}
"""Faults that depend on certificates, agreements, partners, size or the service itself."""


def requests_of(sandbox: MadeSandbox, code: str) -> list[tuple[str, str]]:
    """Path and message of each command on the page of a fault."""
    page = html.fromstring(sandbox.get(f"/epix/faults/{code}").body.decode())
    commands = [block.text_content() for block in page.xpath("//pre[starts-with(@id, 'trial-')]")]
    return [
        (
            command.split()[2].partition("/epix/")[2],
            command.split("<<'XML'\n")[1].removesuffix("XML"),
        )
        for command in commands
    ]


@pytest.mark.parametrize("code", FAULTS)
def test_each_request_on_the_page_of_a_fault_gives_it(alone: MadeSandbox, code: str) -> None:
    alone.reset()
    found = requests_of(alone, code)
    assert (not found) is (code in WITHOUT_REQUEST)
    for version, message in found:
        headers = {"content-type": "text/xml; charset=utf-8"}
        request = HttpRequest("POST", f"/epix/{version}", "", headers, message.encode())
        answer = settled(alone.gateway.service.site(request))
        fault = etree.fromstring(answer.body)[-1][0]
        assert fault.findtext("detail/{*}Fault/{*}Code") == code
