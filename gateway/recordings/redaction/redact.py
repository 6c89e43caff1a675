"""Redaction of a set of exchanges: two passes, so that a value is known wherever it stands.

The first pass meets every value. The second writes pseudonyms, none of which is a value that
another exchange holds. The leak check follows, on the bytes that are written to files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import RecordingInvalid
from gateway.recordings.packages import divided, written
from gateway.recordings.recording import (
    MAX_MESSAGE_BYTES,
    MAX_RECORDINGS,
    Message,
    RawExchange,
    Recording,
    RecordingSet,
)
from gateway.recordings.redaction import vocabulary
from gateway.recordings.redaction.pseudonyms import Pseudonyms
from gateway.recordings.redaction.seals import SealRemaker
from gateway.recordings.redaction.text_answer import TextRedaction
from gateway.recordings.redaction.xml_message import XmlRedaction
from gateway.wire.media_type import MediaType

VOLATILE = (
    "Header/Security",
    "ServiceStateResponse/Time",
    "ServiceStateResponse/Version",
    "ConfirmQuantitiesResponse/ConfirmationId",
    "detail/Fault/Incident",
    "detail/Fault/Text",
    "Detail/Fault/Incident",
    "Detail/Fault/Text",
)
"""Places that differ between two answers of the same meaning; `Text` is redacted free text."""


@dataclass(slots=True)
class Redaction:
    """Redaction of one set. pseudonyms: new for each set, so that sets cannot be linked."""

    pseudonyms: Pseudonyms
    seals: SealRemaker

    def redacted(self, exchanges: Sequence[RawExchange]) -> RecordingSet:
        """The recordings of exchanges, in order of time.

        Raises RecordingInvalid for more than MAX_RECORDINGS, a message over MAX_MESSAGE_BYTES, or
        an exchange whose request is not kept.
        """
        if len(exchanges) > MAX_RECORDINGS:
            raise RecordingInvalid(f"A set holds at most {MAX_RECORDINGS} exchanges.")
        for exchange in exchanges:
            _require_bounded(exchange)
        ordered = sorted(exchanges, key=lambda each: (each.began_at, each.id))
        for exchange in ordered:
            for name in exchange.names:
                self.pseudonyms.forbid(name)
            self._recording(exchange, 0, exchange)
        self.pseudonyms.renew()
        recordings = [
            self._recording(exchange, place, ordered[0])
            for place, exchange in enumerate(ordered, 1)
        ]
        return RecordingSet(tuple(recordings), dict(self.seals.keys))

    def _recording(self, exchange: RawExchange, place: int, first: RawExchange) -> Recording:
        operation = vocabulary.known_operation(exchange.operation)
        request, notes = self._message(exchange.request)
        answer, more = self._message(exchange.answer)
        return Recording(
            name=f"{place:04}-{operation or 'Exchange'}",
            id=self.pseudonyms.identifier(exchange.id),
            way=exchange.way,
            after_seconds=round((exchange.began_at - first.began_at).total_seconds(), 3),
            took_seconds=round(exchange.took_seconds, 3),
            operation=operation,
            partner=self.pseudonyms.name(exchange.partner) if exchange.partner else None,
            outcome=exchange.outcome if vocabulary.known_code(exchange.outcome) else "PartnerFault",
            request=request,
            answer=answer,
            status=exchange.status,
            end=exchange.end,
            is_status_known=exchange.is_status_known,
            soap_action=self._action(exchange.soap_action),
            volatile=VOLATILE,
            notes=tuple(dict.fromkeys((*notes, *more))),
        )

    def _message(self, message: Message) -> tuple[Message, tuple[str, ...]]:
        package = divided(message.body, message.content_type)
        if package is not None:
            before = dict(package.parts)
            xml = XmlRedaction(self.pseudonyms, self.seals, package.parts)
            root = xml.redacted(package.root)
            if root is not None:
                package.root = root
                for name, content in before.items():
                    if package.parts[name] == content:  # nothing in the envelope refers to it
                        package.parts[name] = self.pseudonyms.attachment(content)
                content_type, body = written(package)
                return Message(body, content_type), tuple(xml.notes)
        xml = XmlRedaction(self.pseudonyms, self.seals)
        root = xml.redacted(message.body)
        if root is not None:
            return Message(root, self._media(message.content_type)), tuple(xml.notes)
        body, note = TextRedaction(self.pseudonyms, xml.text).redacted(message.body)
        return Message(body, self._media(message.content_type)), (note,) if note else ()

    def _media(self, content_type: str) -> str:
        """The media type, in UTF-8, without parameters that may say more."""
        media = MediaType.parse(content_type)
        if media is None:
            return ""
        return f"{media.name}; charset=utf-8"

    def _action(self, action: str | None) -> str | None:
        if action is None:
            return None
        operation = vocabulary.known_operation(action.strip('"').removeprefix("urn:"))
        return action if operation or not action.strip('"') else self.pseudonyms.name(action)


def _require_bounded(exchange: RawExchange) -> None:
    for message in (exchange.request, exchange.answer):
        if len(message.body) > MAX_MESSAGE_BYTES:
            raise RecordingInvalid(
                f"Exchange {exchange.id} holds a message of more than {MAX_MESSAGE_BYTES} bytes."
            )
    if not exchange.request.body:
        raise RecordingInvalid(f"Exchange {exchange.id} has no request that was kept.")
