"""Pages of the comparison: the form for the paper beside the permit, and the signed verdict.

Fields of the form are numbered by line, as letters of a partner's lines may be any text.
"""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.codes import code_list, code_name
from gateway.domain.customs.comparison import (
    Agreement,
    Compared,
    Entry,
    FieldName,
    compare,
    fields_of,
)
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.exchange.customs.signed_verdict import SignedVerdict
from gateway.web.check.files import LANGUAGES
from gateway.web.customs import view
from gateway.web.customs.desk import CustomsDesk
from gateway.web.customs.lines import line_page
from gateway.web.customs.look_up_pages import (
    LookUpPages,
    document_of,
    is_of_another_document,
    nothing,
    officer_of,
)
from gateway.web.people.visit import Visit, to

LINES = 12
"""Lines of one page: each has three fields, ticked or typed, and a form has at most 100."""

FIELDS = {
    FieldName.SPECIES: Sentence("Scientific name"),
    FieldName.QUANTITY: Sentence("Quantity"),
    FieldName.UNIT: Sentence("Unit"),
    FieldName.ISSUED: Sentence("Date of issue"),
    FieldName.LAST_DAY: Sentence("Last day of validity"),
    FieldName.STAMP: Sentence("Number of the security stamp"),
}
RESULTS = {
    Agreement.AGREES: ("good", Sentence("agrees")),
    Agreement.DIFFERS: ("stop", Sentence("differs")),
    Agreement.UNREADABLE: ("ask", Sentence("cannot be compared")),
    Agreement.NOT_COMPARED: ("ask", Sentence("not compared")),
}
"""Result -> colour and shape, and words."""

HEADLINES = {
    Agreement.AGREES: Sentence("The paper agrees with the permit"),
    Agreement.DIFFERS: Sentence("The paper differs from the permit"),
    Agreement.UNREADABLE: Sentence("Not everything that was typed can be compared"),
    Agreement.NOT_COMPARED: Sentence("The paper agrees as far as it was compared"),
}


@dataclass(frozen=True, slots=True)
class ComparePages:
    """Handlers; the area names them."""

    desk: CustomsDesk
    look_ups: LookUpPages

    def show(self, visit: Visit) -> Response:
        """The form: each field of the permit, to tick or to type what the paper says."""
        shown = self.look_ups.shown(visit)
        if shown is None or shown.permit is None:
            return nothing(visit)
        return self._page(visit, shown, shown.permit.permit)

    def _page(
        self, visit: Visit, shown: ShownLookUp, permit: Permit, *, is_changed: bool = False
    ) -> Response:
        page = line_page(visit, permit, LINES)
        return visit.page(
            "customs/compare.html",
            {
                "document": document_of(shown),
                "is_changed": is_changed,
                "look_up": shown.look_up,
                "country": view.country_name(shown.look_up.country, visit.language),
                "page": page,
                "fields": [
                    (place, each, _recorded(each, visit.language))
                    for place, each in enumerate(fields_of(permit, page.lines))
                ],
                "titles": FIELDS,
                "units": _units(visit),
            },
            409 if is_changed else 200,
        )

    def compare(self, visit: Visit) -> Response:
        """Compare, sign, and lead to the verdict; or show the form of a permit that has changed."""
        shown = self.look_ups.shown(visit)
        if shown is None or shown.permit is None:
            return nothing(visit)
        permit = shown.permit.permit
        if is_of_another_document(visit, shown):
            return self._page(visit, shown, permit, is_changed=True)
        page = line_page(visit, permit, LINES)
        fields = fields_of(permit, page.lines)
        entries = {each.key: _entry(visit, place) for place, each in enumerate(fields)}
        compared = compare(permit, page.lines, entries)
        made = self.desk.verdicts.sign(officer_of(visit), shown, compared)
        return to(f"/desk/verdicts/{made.id}")

    def show_verdict(self, visit: Visit) -> Response:
        """The verdict, field by field, to print."""
        found = self._verdict(visit)
        if found is None:
            return nothing(visit)
        said = found.fields
        compared = [_compared(each) for each in said["fields"]]
        result = Agreement(said["result"])
        return visit.page(
            "customs/verdict.html",
            {
                "verdict": found,
                "said": said,
                "country": view.country_name(said["country"], visit.language),
                "compared": [(each, _recorded(each, visit.language)) for each in compared],
                "level": RESULTS[result][0],
                "headline": HEADLINES[result],
                "results": RESULTS,
                "titles": FIELDS,
                "summary": view.headline_of(said["summary"], visit.language),
                "summary_level": view.level_of(said["summary"]),
            },
        )

    def give_file(self, visit: Visit) -> Response:
        """The verdict as a file, which others can verify."""
        found = self._verdict(visit)
        if found is None:
            return nothing(visit)
        answer = Response(found.file(), media_type="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="verdict-{found.id}.json"'
        return answer

    def _verdict(self, visit: Visit) -> SignedVerdict | None:
        return self.desk.verdicts.find(officer_of(visit), visit.parameters["id"][:36])


def _entry(visit: Visit, place: int) -> Entry:
    form = visit.form
    return Entry(form.text(f"same-{place}") == "yes", form.text(f"typed-{place}"))


def _compared(said: dict[str, str | None]) -> Compared:
    return Compared(
        FieldName(said["field"] or ""),
        said["line"],
        said["permit"] or "",
        said["paper"] or "",
        Agreement(said["result"] or ""),
    )


def _recorded(field: Compared, language: str) -> str:
    """Value of the permit, a unit with its name."""
    if field.field is not FieldName.UNIT or not field.recorded:
        return field.recorded
    name = code_name("units", field.recorded, LANGUAGES[language])
    return f"{field.recorded} ({name})" if name else field.recorded


def _units(visit: Visit) -> list[tuple[str, str]]:
    """Code and name of every unit, for what the officer types."""
    words = LANGUAGES[visit.language]
    return [(code, each.name(words)) for code, each in code_list("units").items()]
