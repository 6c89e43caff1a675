"""Page: address, access rule, and handlers for GET and POST; area: pages of one subject."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from starlette.responses import Response

from gateway.domain.people.roles import Role
from gateway.web.people.languages import OF_THE_CONVENTION
from gateway.web.people.navigation import Entry
from gateway.web.people.visit import Visit

Handler = Callable[[Visit], Response]


class Access(Enum):
    """Visits that a page is answered for."""

    ANYBODY = 1
    HALF = 2
    """A session, also one that waits for its second factor."""
    WITHOUT_FACTOR = 3
    """A full session, also of a person who has to add a second factor first."""
    FULL = 4
    """A full session."""


@dataclass(frozen=True, slots=True)
class Page:
    """path: as Starlette writes it.  roles: a visitor needs one; empty: none.

    acts_as: the page is about acts of an authority; a person with this role at several chooses one.
    timed: answers leave at fixed moments, so that their time tells nothing of a secret.
    takes_file: its form may send a file; the server takes a longer body at its address.
    """

    path: str
    access: Access
    get: Handler | None = None
    post: Handler | None = None
    roles: frozenset[Role] = frozenset()
    timed: bool = False
    acts_as: Role | None = None
    takes_file: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """Pages of one subject, such as the customs desk, with their entries of the navigation.

    languages: of its pages; the catalogues have each of its sentences in all of them. The entries
    are in every language, as they stand on the pages of all areas.
    """

    pages: Sequence[Page]
    entries: Sequence[Entry] = ()
    languages: Sequence[str] = OF_THE_CONVENTION
