"""Table of the pages for people: address, access rule, handlers for GET and POST.

Every page stands in this table, and `application` asks the access rule before the handler. So no
page is answered without one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from starlette.responses import Response

from gateway.domain.people.roles import Role
from gateway.web.people.account_pages import AccountPages
from gateway.web.people.desk import Desk
from gateway.web.people.passkey_pages import PasskeyPages
from gateway.web.people.people_pages import PeoplePages
from gateway.web.people.sign_in_pages import SignInPages
from gateway.web.people.visit import Visit

Handler = Callable[[Visit], Response]


class Access(Enum):
    """Which visit a page is answered for."""

    ANYBODY = 1
    HALF = 2
    """A session, also one that waits for its second factor."""
    WITHOUT_FACTOR = 3
    """A full session, also of a person who has to add a second factor first."""
    FULL = 4
    """A full session."""


@dataclass(frozen=True, slots=True)
class Page:
    """path: as Starlette writes it.  roles: one of them is needed; empty: none.

    timed: answers leave at fixed moments, so that their time tells nothing of a secret.
    """

    path: str
    access: Access
    get: Handler | None = None
    post: Handler | None = None
    roles: frozenset[Role] = frozenset()
    timed: bool = False


_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_READERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def pages(desk: Desk) -> Iterator[Page]:
    """All pages."""
    entry, account, people = SignInPages(desk), AccountPages(desk), PeoplePages(desk)
    passkeys, a = PasskeyPages(desk), Access
    yield Page("/", a.FULL, account.show_first_page)
    yield Page("/sign-in", a.ANYBODY, entry.show_sign_in, entry.sign_in, timed=True)
    yield Page("/sign-in/code", a.HALF, entry.show_code, entry.sign_in_with_code, timed=True)
    yield Page("/sign-in/passkey", a.ANYBODY, passkeys.show_sign_in, passkeys.sign_in, timed=True)
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
