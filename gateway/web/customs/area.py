"""Area of the customs desk: its pages and its entry of the navigation, for officers alone."""

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.web.customs.compare_pages import ComparePages
from gateway.web.customs.count_pages import CountPages
from gateway.web.customs.declaration_pages import DeclarationPages
from gateway.web.customs.desk import CustomsDesk
from gateway.web.customs.look_up_pages import LookUpPages
from gateway.web.people.languages import OF_OFFICERS
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page

_OFFICERS = frozenset({Role.CUSTOMS})


def area(desk: CustomsDesk) -> Area:
    """The area of a desk."""
    look_ups = LookUpPages(desk)
    compare, count = ComparePages(desk, look_ups), CountPages(desk, look_ups)
    declarations = DeclarationPages(desk, look_ups)
    one = "/desk/look-ups/{id}"
    handlers = (
        ("/desk", look_ups.show_desk, look_ups.look_up),
        ("/desk/scan", None, look_ups.scan),
        (one, look_ups.show, None),
        (f"{one}/again", None, look_ups.again),
        (f"{one}/compare", compare.show, compare.compare),
        (f"{one}/count", count.show, count.count),
        (f"{one}/declarations", declarations.show, declarations.act),
        ("/desk/verdicts/{id}", compare.show_verdict, None),
        ("/desk/verdicts/{id}/file", compare.give_file, None),
    )
    return Area(
        tuple(
            Page(path, Access.FULL, get, post, _OFFICERS, acts_as=Role.CUSTOMS)
            for path, get, post in handlers
        ),
        (
            Entry(
                "/desk",
                Sentence("Customs desk"),
                Sentence(
                    "Look up a foreign permit, compare it with the paper, confirm quantities."
                ),
                _OFFICERS,
            ),
        ),
        OF_OFFICERS,
    )
