"""Pages of look-ups: the question, the scanned code, and the permit with its verdict.

Number and token are sent in forms alone. The address of a permit is an id that only the officer who
asked can open.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from starlette.responses import Response

from gateway.domain.errors import CalleeNotFound, InvalidRequest
from gateway.domain.paper.verdict import PaperStatus, PaperVerdict
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.exchange.customs.officer import Officer
from gateway.web.customs import view
from gateway.web.customs.desk import CustomsDesk
from gateway.web.people.forms import Form
from gateway.web.people.visit import Visit, to

_WITH_CAMERA = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
"""Headers of the page that scans; every other page has no camera."""
_CODE_PROBLEMS = {
    PaperStatus.ALTERED: Sentence(
        "The QR code was altered or is not of a permit. Do not accept the paper; look the permit up"
        " by its number."
    ),
    PaperStatus.KEY_REVOKED: Sentence(
        "The QR code is signed with a key that was withdrawn, so others may have made it. Do not"
        " accept the paper; look the permit up by its number."
    ),
}
_SIGNER_UNKNOWN = Sentence(
    "This gateway does not hold the key of this QR code, so it proves nothing here. Type country,"
    " number and token from the paper."
)
_NO_CODE = Sentence("This is no QR code of a permit. Scan again, or type what the paper says.")
_NO_PARTNER = Sentence("Choose a country from this list: no other country can be asked.")
_WRONG_NUMBER = Sentence("Type the number as box 1 of the paper says it: at most 70 characters.")
_WRONG_TOKEN = Sentence("Type the token as the paper says it: at most 70 characters.")


@dataclass(frozen=True, slots=True)
class LookUpPages:
    """Handlers; the area names them."""

    desk: CustomsDesk

    def show_desk(self, visit: Visit) -> Response:
        """The first page: scan or type, and the questions of the officer."""
        officer = officer_of(visit)
        values = {
            "countries": sorted(
                ((code, view.country_name(code, visit.language)) for code in self.desk.countries),
                key=lambda pair: pair[1],
            ),
            "scanner": self.desk.scanner,
            "seconds": int(self.desk.longest_seconds),
            "questions": [
                (
                    each,
                    view.country_name(each.country, visit.language),
                    view.state_of(each.state, has_copy=each.fetched_at is not None),
                )
                for each in self.desk.look_ups.recent(officer)
            ],
        }
        answer = visit.page("customs/desk.html", values)
        answer.headers.update(_WITH_CAMERA)
        return answer

    def look_up(self, visit: Visit) -> Response:
        """Ask for what was typed, and lead to the answer; or show the form with what is wrong."""
        form = visit.form
        return self._asked(
            visit, form.text("country"), form.text("number").strip(), form.text("token").strip()
        )

    def scan(self, visit: Visit) -> Response:
        """Read a scanned code and ask for its permit."""
        try:
            verdict = self.desk.judge_code(visit.form.text("code"))
        except InvalidRequest:
            return self._with_problem(visit, "country", _NO_CODE)
        if verdict.statement is None:
            return self._with_problem(visit, "country", _problem_of(verdict))
        said = verdict.statement
        country, number = said.authority.country.text, said.number
        if said.token is None:
            return self._without_token(visit, country, number)
        return self._asked(visit, country, number, said.token.text)

    def show(self, visit: Visit) -> Response:
        """The permit with its verdict."""
        shown = self.shown(visit)
        if shown is None:
            return nothing(visit)
        language, look_up = visit.language, shown.look_up
        foreign = shown.permit
        return visit.page(
            "customs/look-up.html",
            {
                "shown": shown,
                "look_up": look_up,
                "country": view.country_name(look_up.country, language),
                "banner": view.banner_of(shown, language),
                "refusal": view.refusal_of(look_up.refusal)
                if look_up.refusal and shown.answer is None
                else None,
                "findings": view.findings_of(shown, language),
                "permit_form": view.form_of(foreign.permit, language) if foreign else None,
                "age": view.age_of(look_up.fetched_at, self.desk.clock())
                if look_up.fetched_at
                else None,
                "lately": foreign.lately if foreign and look_up.fetched_at else None,
                "delivery": view.DELIVERY,
            },
        )

    def again(self, visit: Visit) -> Response:
        """Ask the same question once more, as a new look-up."""
        officer = officer_of(visit)
        shown = self.shown(visit)
        if shown is None:
            return nothing(visit)
        look_up = shown.look_up
        token = self.desk.look_ups.token_of(look_up) or ""
        asked = self.desk.look_ups.ask(
            officer, look_up.country, look_up.number, token, final=look_up.final
        )
        return to(f"/desk/look-ups/{asked.id}")

    def shown(self, visit: Visit) -> ShownLookUp | None:
        """The look-up of the address, if it is the officer's. Raises PartnerReplyInvalid."""
        return self.desk.look_ups.show(officer_of(visit), visit.parameters["id"][:36])

    def _asked(self, visit: Visit, country: str, number: str, token: str) -> Response:
        if country not in self.desk.countries:
            return self._with_problem(visit, "country", _NO_PARTNER)
        final = visit.form.text("final") == "yes"
        try:
            asked = self.desk.look_ups.ask(officer_of(visit), country, number, token, final=final)
        except CalleeNotFound:
            return self._with_problem(visit, "country", _NO_PARTNER)
        except InvalidRequest as error:
            if error.box == "1":
                return self._with_problem(visit, "number", _WRONG_NUMBER)
            return self._with_problem(visit, "token", _WRONG_TOKEN)
        return to(f"/desk/look-ups/{asked.id}")

    def _with_problem(self, visit: Visit, field: str, sentence: Sentence) -> Response:
        form = visit.form.refused(PersonInvalid(field, sentence))
        return self.show_desk(replace(visit, form=form, path="/desk"))

    def _without_token(self, visit: Visit, country: str, number: str) -> Response:
        """The form with what the code says, for the token that it does not say."""
        said = Sentence(
            "The QR code is genuine and does not hold the token. Type the token from the paper; if"
            " the paper has none, look up without."
        )
        fields = {"country": [country], "number": [number]}
        form = Form(fields).refused(PersonInvalid("token", said))
        return self.show_desk(replace(visit, form=form, path="/desk"))


def officer_of(visit: Visit) -> Officer:
    """The officer of a visit."""
    person, session = visit.signed_in
    return Officer(person, visit.origin.address, session.authority)


def document_of(shown: ShownLookUp) -> str:
    """SHA-256 of the document that is shown, hex; empty where none is."""
    return sha256(shown.permit.reply.document).hexdigest() if shown.permit else ""


def is_of_another_document(visit: Visit, shown: ShownLookUp) -> bool:
    """Whether the form was made for another document than the one that is shown now.

    An answer may replace the earlier copy while the officer types, and fields are numbered by line.
    """
    return visit.form.text("document") != document_of(shown)


def nothing(visit: Visit) -> Response:
    """The page of a look-up or verdict that is not there, or not for this officer."""
    return visit.page("people/problem.html", {"problem": "nothing"}, 404)


def _problem_of(verdict: PaperVerdict) -> Sentence:
    return _CODE_PROBLEMS.get(verdict.status, _SIGNER_UNKNOWN)
