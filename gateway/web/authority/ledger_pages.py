"""Pages of decisions on the ledger of a permit: take back, correct, book, close, reopen, settle."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.errors import GatewayError
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.ledger.endorsement import Confirmation, SeenQuantity
from gateway.domain.ledger.endorsement import Role as Side
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.report.mismatches import Queued
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.officer import PermitVisit, nothing, responsible
from gateway.web.authority.words import SIDES, refusal
from gateway.web.people.visit import to

_LONGEST_NAME = 70
_NO_QUANTITY = Sentence("Write the quantity of at least one line.")
_CHOOSE = Sentence("Choose one of both.")
_CALLER = Sentence("Choose the partner whose customs counted.")
_PARTNER_PERSON = Sentence("Write the name of the person of the partner that agreed.")
_COUNTED_ANEW = Sentence("The counts have changed meanwhile. Compare them again.")


@dataclass(frozen=True, slots=True)
class LedgerPages:
    """Handlers; the table of the area names them."""

    desk: AuthorityDesk

    def show_confirmation(self, found: PermitVisit) -> Response:
        """A confirmation, with the form that takes it back or corrects it."""
        confirmation = _confirmation(found)
        if confirmation is None:
            return nothing(found.visit)
        return found.page(
            "authority/confirmation.html", {"confirmation": confirmation, "sides": SIDES}
        )

    def change_confirmation(self, found: PermitVisit) -> Response:
        """Take the confirmation back or correct it, or show the form again."""
        confirmation, form = _confirmation(found), found.visit.form
        if confirmation is None:
            return nothing(found.visit)
        seen, act = _seen(found), form.text("act")
        if act not in ("reverse", "correct"):
            return self.show_confirmation(found.with_errors({"act": _CHOOSE}))
        if act == "correct" and not seen:
            return self.show_confirmation(found.with_errors({"quantity-1": _NO_QUANTITY}))

        def decide(by: ResponsiblePerson) -> object:
            if act == "reverse":
                return self.desk.ledger.reverse(found.name, confirmation.id, by)
            return self.desk.ledger.correct(found.name, confirmation.id, seen, by)

        return self._decided(found, decide, self.show_confirmation)

    def show_booking(self, found: PermitVisit) -> Response:
        """The form that books a count on behalf of a partner."""
        return found.page("authority/book.html", {"partners": self.desk.partners, "sides": SIDES})

    def book(self, found: PermitVisit) -> Response:
        """Book the count, or show the form again."""
        form, seen = found.visit.form, _seen(found)
        if form.text("caller") not in self.desk.partners:
            return self.show_booking(found.with_errors({"caller": _CALLER}))
        if not seen:
            return self.show_booking(found.with_errors({"quantity-1": _NO_QUANTITY}))
        side = next((each for each in Side if each.value == form.text("side")), None)
        return self._decided(
            found,
            lambda by: self.desk.ledger.record(found.name, form.text("caller"), seen, by, side),
            self.show_booking,
        )

    def show_closing(self, found: PermitVisit) -> Response:
        """The form that declares the permit used up, or opens it again."""
        return found.page("authority/close.html", {})

    def close(self, found: PermitVisit) -> Response:
        """Declare it used up or open it again, or show the form again."""
        acts = {"close": self.desk.ledger.close, "reopen": self.desk.ledger.reopen}
        decide = acts.get(found.visit.form.text("act"))
        if decide is None:
            return self.show_closing(found.with_errors({"reason": _CHOOSE}))
        return self._decided(found, lambda by: decide(found.name, by), self.show_closing)

    def show_settling(self, found: PermitVisit) -> Response:
        """The form that settles a difference of counts."""
        queued = self._mismatch(found)
        if queued is None:
            return nothing(found.visit)
        mismatch, settlement = queued
        is_shared = self.desk.mismatches.shared_with(mismatch.partner)
        values: dict[str, object] = {
            "mismatch": mismatch,
            "settlement": settlement,
            "is_shared": is_shared,
        }
        return found.page("authority/settle.html", values)

    def settle(self, found: PermitVisit) -> Response:
        """Settle it, or show the form again; with a partner that shares, go to what is shared."""
        queued, form = self._mismatch(found), found.visit.form
        if queued is None:
            return nothing(found.visit)
        if self.desk.mismatches.shared_with(queued[0].partner):
            return to(f"/authority/shared/{self.desk.sharing.on_line(queued[0].line).id}")
        if (form.text("ours"), form.text("theirs")) != (queued[0].ours, queued[0].theirs):
            return self.show_settling(found.with_errors({"agreed": _COUNTED_ANEW}))
        partner_person = " ".join(form.text("partner_person").split())
        is_name = 0 < len(partner_person) <= _LONGEST_NAME
        if not is_name or first_unsafe(partner_person) is not None:
            return self.show_settling(found.with_errors({"partner_person": _PARTNER_PERSON}))
        position = queued[0].line.position
        return self._decided(
            found,
            lambda by: self.desk.mismatches.settle(
                found.shown.published, position, form.text("agreed").strip(), by, partner_person
            ),
            self.show_settling,
        )

    def _mismatch(self, found: PermitVisit) -> Queued | None:
        position = found.visit.parameters.get("line", "")
        queued = self.desk.mismatches.of(found.shown.published)
        return next((each for each in queued if each[0].line.position == position), None)

    def _decided(
        self,
        found: PermitVisit,
        decide: Callable[[ResponsiblePerson], object],
        again: Callable[[PermitVisit], Response],
    ) -> Response:
        """Decide with the reason of the form; the form again where it is refused."""
        try:
            decide(responsible(found))
        except PersonInvalid as error:
            return again(found.with_errors({error.field: error.sentence}))
        except GatewayError as error:
            return again(found.with_errors({"reason": refusal(error)}))
        return to(found.address)


def _confirmation(found: PermitVisit) -> Confirmation | None:
    """The confirmation that the address names, if it counts."""
    wanted = found.visit.parameters.get("confirmation", "")
    events = found.shown.published.effective_confirmations
    return next((each for each in events if each.id == wanted), None)


def _seen(found: PermitVisit) -> list[SeenQuantity]:
    """Quantities of the form, by the place of the line on the permit, from 1."""
    texts = (
        (line.id, found.visit.form.text(f"quantity-{place}").strip())
        for place, line in enumerate(found.shown.published.permit.positions, 1)
    )
    return [SeenQuantity(letter, text) for letter, text in texts if text]
