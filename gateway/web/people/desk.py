"""Parts of the pages for people: use cases and facts, handed in by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.exchange.people.acts import PersonAct
from gateway.exchange.people.administer import Administer
from gateway.exchange.people.own_account import OwnAccount
from gateway.exchange.people.passkeys import Passkeys
from gateway.exchange.people.sessions import Sessions
from gateway.exchange.people.sign_in import SignIn
from gateway.exchange.people.sign_on import SignOn
from gateway.web.people.page import Area

Observe = Callable[[str, int, float], None]
"""Is told of each answer: path as in the table of pages, status, seconds."""


@dataclass(frozen=True, slots=True)
class Desk:
    """address: scheme, host and port that people use, without a path.

    authorities: identity -> name.  second_factor_required: without one a person only adds one.
    acts: returns the newest acts of people.  check: raises GatewayError while nothing can be done.
    sandbox_password: of the people of a sandbox; empty elsewhere.  areas: pages of other subjects.
    sign_on: None where no provider is configured.  sign_in_failed: is told of each failed sign-in,
    by what was shown.
    """

    address: str
    software: str
    authorities: Mapping[str, str]
    sign_in: SignIn
    sessions: Sessions
    own_account: OwnAccount
    passkeys: Passkeys
    administer: Administer
    second_factor_required: bool
    acts: Callable[[], Sequence[PersonAct]]
    check: Callable[[], None]
    observe: Observe
    sandbox_password: str = ""
    areas: Sequence[Area] = ()
    sign_on: SignOn | None = None
    sign_in_failed: Callable[[str], None] = lambda _: None
