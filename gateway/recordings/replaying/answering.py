"""Replay of answers: a recorded request gets its recorded answer; any other a fault that says why.

The body of a request is compared by names, namespaces and values; headers are not. Where a request
was recorded several times, its answers come in their order, and the last one again from then on.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from gateway.http import HttpAnswer, HttpRequest
from gateway.recordings.message_xml import parsed
from gateway.recordings.packages import divided
from gateway.recordings.recording import End, Message, Recording
from gateway.recordings.replaying.comparison import BoxOf, Comparison, Difference, plain_form
from gateway.wire.namespaces import SOAP_11, SOAP_12

_XML = "text/xml; charset=utf-8"
MISMATCH = "NotRecorded"
"""faultstring of a request that was not recorded."""


@dataclass(slots=True)
class Replay:
    """Answers from recordings. Safe to share between threads.

    mismatches: a sentence for each request that no recording answers.
    """

    recordings: Sequence[Recording]
    box_of: BoxOf
    mismatches: list[str] = field(default_factory=list)
    _answered: dict[bytes, int] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __call__(self, request: HttpRequest) -> tuple[HttpAnswer, End]:
        """The HTTP answer to a request, and how the connection ends."""
        message = Message(request.body, request.headers.get("content-type", ""))
        found = self.answer(message)
        if isinstance(found, str):
            return _http(500, _XML, fault(found, request.body)), End.COMPLETE
        media = found.answer.content_type or _XML
        return _http(found.status or 200, media, found.answer.body), found.end

    def answer(self, request: Message) -> Recording | str:
        """The recording of a request; a sentence where there is none."""
        asked = _key(request)
        fitting = [each for each in self.recordings if _key(each.request) == asked]
        with self._lock:
            if asked is None or not fitting:
                sentence = self._mismatch(request)
                self.mismatches.append(sentence)
                return sentence
            place = self._answered.get(asked, 0)
            self._answered[asked] = place + 1
            return fitting[min(place, len(fitting) - 1)]

    def _mismatch(self, request: Message) -> str:
        """The first difference to the nearest recorded request; recorded values are pseudonyms."""
        comparison = Comparison(self.box_of, ("Envelope/Header",))
        near = [
            (comparison.differences(each.request, request), each.name) for each in self.recordings
        ]
        if not near:
            return "No recording answers this request: there are none."
        differences, name = min(near, key=lambda pair: len(pair[0]))
        first = differences[0] if differences else Difference("", None, None)
        return (
            f"No recording answers this request. The nearest is {name}; it differs at"
            f" {first.path or 'the whole message'}: recorded {_quoted(first.recorded)}, received"
            f" {'another' if _is_secret(first.path) else _quoted(first.received)}."
        )


def fault(sentence: str, request: bytes) -> bytes:
    """The fault for a request that was not recorded, in the version of SOAP of the request."""
    root = parsed(request)
    text = escape(sentence)
    if root is not None and etree.QName(root).namespace == SOAP_12:
        inner = (
            "<soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code><soap:Reason><soap:Text"
            f' xml:lang="en">{MISMATCH}: {text}</soap:Text></soap:Reason>'
        )
        namespace = SOAP_12
    else:
        inner = (
            f"<faultcode>soap:Client</faultcode><faultstring>{MISMATCH}</faultstring>"
            f"<detail><sentence>{text}</sentence></detail>"
        )
        namespace = SOAP_11
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{namespace}">'
        f"<soap:Body><soap:Fault>{inner}</soap:Fault></soap:Body></soap:Envelope>\n"
    ).encode()


def _http(status: int, media: str, body: bytes) -> HttpAnswer:
    return HttpAnswer(status, (("Content-Type", media),), body)


def _key(request: Message) -> bytes | None:
    """Content of the Body, without the prefixes and white space that it is written with."""
    package = divided(request.body, request.content_type)
    root = parsed(package.root if package else request.body)
    if root is None:
        return request.body
    for body in root.iterchildren(f"{{{SOAP_11}}}Body", f"{{{SOAP_12}}}Body"):
        for child in body.iterchildren("*"):
            return plain_form(child)
    return request.body


def _is_secret(path: str) -> bool:
    """Whether the received value may be a real token or password, which no log may show."""
    return path.rpartition("/")[2] in ("TokenId", "Password")


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else f'"{value}"'
