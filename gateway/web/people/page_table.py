"""Table of the pages for people: address, access rule, handlers for GET and POST.

Every page stands in this table, and `application` asks the access rule before the handler. So no
page is answered without one.
"""

from collections.abc import Iterator, Sequence

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.web.people.account_pages import AccountPages
from gateway.web.people.desk import Desk
from gateway.web.people.languages import OF_OFFICERS
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page
from gateway.web.people.passkey_pages import PasskeyPages
from gateway.web.people.people_pages import PeoplePages
from gateway.web.people.sign_in_pages import SignInPages
from gateway.web.people.sign_on.pages import SignOnPages

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def areas(desk: Desk) -> Sequence[Area]:
    """All areas: those of other subjects between the first page and the account."""
    first = Entry("/", Sentence("Start"), Sentence("What you can do here"))
    return (
        Area((), (first,)),
        *desk.areas,
        Area(
            tuple(_pages(desk)),
            (
                Entry(
                    "/people",
                    Sentence("People"),
                    Sentence("Add people, give them roles, help them back in."),
                    _ADMINISTRATOR,
                ),
                Entry(
                    "/acts",
                    Sentence("What people did"),
                    Sentence("Sign-ins, and every change of an account, from the journal."),
                    _READERS,
                ),
                Entry(
                    "/account",
                    Sentence("Your account"),
                    Sentence("Password, authenticator, and where you are signed in."),
                ),
            ),
            OF_OFFICERS,
        ),
    )


def _pages(desk: Desk) -> Iterator[Page]:
    entry, account, people = SignInPages(desk), AccountPages(desk), PeoplePages(desk)
    passkeys, a = PasskeyPages(desk), Access
    yield Page("/", a.FULL, account.show_first_page)
    yield Page("/sign-in", a.ANYBODY, entry.show_sign_in, entry.sign_in, timed=True)
    yield Page("/sign-in/code", a.HALF, entry.show_code, entry.sign_in_with_code, timed=True)
    yield Page("/sign-in/passkey", a.ANYBODY, passkeys.show_sign_in, passkeys.sign_in, timed=True)
    if desk.sign_on is not None:
        yield from SignOnPages(desk, desk.sign_on).pages()
    yield Page("/sign-out", a.ANYBODY, post=entry.sign_out)
    yield Page("/recover", a.ANYBODY, entry.show_recover, entry.recover, timed=True)
    yield Page("/language", a.ANYBODY, post=entry.choose_language)
    yield Page("/account", a.FULL, account.show_account)
    yield Page("/account/password", a.FULL, account.show_password, account.change_password)
    yield Page("/account/sessions", a.FULL, post=account.end_other_sessions)
    yield Page(
        "/account/authenticator",
        a.WITHOUT_FACTOR,
        account.show_authenticator,
        account.add_authenticator,
    )
    yield Page(
        "/account/authenticator/remove",
        a.FULL,
        account.show_removal,
        account.remove_authenticator,
    )
    yield Page("/account/passkeys", a.WITHOUT_FACTOR, passkeys.show_adding, passkeys.add)
    yield Page("/account/passkeys/{key}", a.FULL, passkeys.show_removal, passkeys.remove)
    yield Page("/people", a.FULL, people.show_people, roles=_ADMINISTRATOR)
    yield Page("/people/add", a.FULL, people.show_adding, people.add, roles=_ADMINISTRATOR)
    for act, handler in (
        ("", None),
        ("/roles", people.change_roles),
        ("/disable", people.disable),
        ("/enable", people.enable),
        ("/reset", people.reset),
    ):
        shown = None if act else people.show_person
        yield Page(f"/people/by-name/{{name}}{act}", a.FULL, shown, handler, roles=_ADMINISTRATOR)
    yield Page("/acts", a.FULL, people.show_acts, roles=_READERS)
