"""Back-channel logout: sessions by sign-on end when the provider says that a person signed out.

The provider sends a signed token; no browser takes part, and no cookie is read or set. A token
counts once. A session that began with a password or passkey of this gateway goes on.
Source: OpenID Connect Back-Channel Logout 1.0.
"""

from collections import Counter
from dataclasses import dataclass

from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.sessions import Origin, digest_of
from gateway.exchange.people.sign_on import BY, provider_session
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.people.accounts import Accounts
from gateway.exchange.ports.people.sign_on import SignOnProvider, SignOnRefused


@dataclass(frozen=True, slots=True)
class ProviderLogout:
    """Use case."""

    provider: SignOnProvider
    accounts: Accounts
    clock: Clock
    new_id: NewId

    def end_sessions(self, token: str, origin: Origin) -> int:
        """End the sessions that a logout token names; return how many.

        Where the token names a session, that one ends, and of its subject those whose session at
        the provider is not known. Otherwise all of the subject end.
        Raises SignOnRefused, SignOnUnavailable, ServiceUnavailable.
        """
        logout = self.provider.logout(token)
        person_id = None
        if logout.subject is not None:
            link = self.accounts.linked(logout.issuer, logout.subject)
            if link is None:  # nobody here: nothing to end
                return 0
            person_id = link.person_id
        now, mark = self.clock(), digest_of(f"logout {logout.issuer} {logout.token_id}")
        with self.accounts.begin() as work:
            if not work.take_answer(mark, logout.counts_until, now):
                raise SignOnRefused("jti")
            named = provider_session(logout.issuer, logout.session)
            ended = Counter(work.end_sign_on_sessions(person_id, named))
            for each, sessions in ended.items():
                account = work.account(each)
                name = account.person.name if account else each
                details = {"sessions": str(sessions)}
                act = PersonAct(Act.SESSION_ENDED, now, BY, name, origin.address, details)
                work.record(act.exchange(self.new_id()))
            work.commit()
        return ended.total()
