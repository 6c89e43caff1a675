"""People part of a gateway: accounts, sessions, sign-in, administration."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.background_jobs import RETENTION_JOB
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.domain.people.roles import Role
from gateway.domain.people.session_rule import SessionRule
from gateway.exchange.people.acts import OPERATION, PersonAct, act_of
from gateway.exchange.people.administer import Administer
from gateway.exchange.people.erase import ErasePerson
from gateway.exchange.people.linking import Linking
from gateway.exchange.people.own_account import OwnAccount
from gateway.exchange.people.passkeys import Passkeys
from gateway.exchange.people.provider_logout import ProviderLogout
from gateway.exchange.people.retention import RemoveOld
from gateway.exchange.people.sessions import Sessions
from gateway.exchange.people.sign_in import SignIn
from gateway.exchange.people.sign_on import SignOn
from gateway.exchange.ports import Clock, JournalFilter
from gateway.exchange.ports.people.accounts import Accounts
from gateway.exchange.ports.people.personal_data import RowKind
from gateway.exchange.ports.people.sign_on import SignOnProvider
from gateway.exchange.service.exclusive import Exclusive
from gateway.settings import Settings
from gateway.settings.web.sign_on import SignOnSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

_MOST_ACTS = 200


@dataclass(frozen=True)
class PeoplePart:
    """Use cases of people who sign in."""

    settings: Settings
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @property
    def authorities(self) -> Mapping[str, str]:
        """Identity -> name, of the authorities that are served here."""
        served = self.settings.gateway.authorities
        return {str(each.identity): each.name for each in served}

    @property
    def accounts(self) -> Accounts:
        """The accounts. Raises ServiceUnavailable."""
        return self.database.store.accounts

    @cached_property
    def administer(self) -> Administer:
        """Adds people, gives them roles, helps them back in."""
        lifetime = timedelta(hours=self.settings.web.code_hours)
        return Administer(self.accounts, self.authorities, lifetime, self.clock, new_id)

    @cached_property
    def sessions(self) -> Sessions:
        """Sessions in browsers."""
        web = self.settings.web
        rule = SessionRule(timedelta(minutes=web.idle_minutes), timedelta(hours=web.session_hours))
        sign_on = web.sign_on
        is_restricted = sign_on is not None and sign_on.local_sign_in == "administrators"
        local_roles = frozenset({Role.ADMINISTRATOR} if is_restricted else ())
        return Sessions(self.accounts, rule, self.clock, new_id, local_roles)

    @cached_property
    def sign_in(self) -> SignIn:
        """Sign-in. Raises KeyUnusable for the token key."""
        from gateway.identity.one_time_codes import TotpCodes
        from gateway.identity.password_hash import Argon2Hasher

        return SignIn(
            self.accounts,
            self.sessions,
            Argon2Hasher(),
            TotpCodes(),
            self.keys.authenticator_cipher,
            self.clock,
            new_id,
        )

    @cached_property
    def own_account(self) -> OwnAccount:
        """Changes of a person to their own account."""
        return OwnAccount(self.sign_in, self.sessions)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Sign-in with a key of an authenticator."""
        from gateway.identity.passkeys import WebauthnPasskeys

        return Passkeys(self.own_account, WebauthnPasskeys(self.settings.web.address))

    @cached_property
    def erase(self) -> ErasePerson:
        """Says what is held of a person, and erases the name of one who has left."""
        return ErasePerson(self.administer, self.database.store.personal_rows, self.clock, new_id)

    @cached_property
    def remove_old(self) -> RemoveOld:
        """Removes rows with data of persons whose days are over."""
        rule, web = self.settings.retention, self.settings.web
        kept = {
            RowKind.LOOK_UP: timedelta(days=rule.look_up_days),
            RowKind.MAIL_QUESTION: timedelta(days=rule.mail_question_days),
            RowKind.WEBHOOK_MESSAGE: timedelta(days=rule.webhook_message_days),
            RowKind.API_REQUEST: timedelta(days=rule.api_request_days),
            RowKind.SESSION: timedelta(hours=web.session_hours),
            RowKind.ONE_TIME_CODE: timedelta(0),
            RowKind.FAILED_SIGN_IN: timedelta(days=1),
        }
        rows, closed = self.database.store.personal_rows, timedelta(days=rule.closed_account_days)
        return RemoveOld(rows, self.erase, kept, closed, self.clock)

    @cached_property
    def exclusive_remove_old(self) -> Exclusive[RemoveOld]:
        """`remove_old`, by a single process at a time: `serve` does it as a background job."""
        return Exclusive(RETENTION_JOB, self.database.store.locks, self.remove_old)

    @cached_property
    def sign_on(self) -> SignOn | None:
        """The national sign-on; None where none is configured. Raises KeyUnusable."""
        web = self.settings.web
        if web.sign_on is None:
            return None
        rules = [role.rule for role in web.sign_on.role]
        requires_factor = web.second_factor == "required"
        provider = sign_on_provider(web.sign_on, web.address, self.clock)
        return SignOn(web.sign_on.name, provider, rules, requires_factor, self.sign_in)

    @property
    def provider_logout(self) -> ProviderLogout | None:
        """Ends sessions by the word of the provider; None without a national sign-on."""
        if self.sign_on is None:
            return None
        return ProviderLogout(self.sign_on.provider, self.accounts, self.clock, new_id)

    @property
    def linking(self) -> Linking:
        """Links of people with the national sign-on."""
        return Linking(self.administer)

    def acts(self) -> Sequence[PersonAct]:
        """The newest acts of people, newest first. Raises ServiceUnavailable."""
        wanted = JournalFilter(operation=OPERATION)
        found = []
        for record in self.database.store.journal.search(wanted, _MOST_ACTS):
            with suppress(ValueError):  # a record that is none of ours stays in the journal
                found.append(act_of(record))
        return found


def sign_on_provider(settings: SignOnSettings, address: str, clock: Clock) -> SignOnProvider:
    """The provider of the national sign-on."""
    from gateway.identity.sign_on.discovery import Transport
    from gateway.identity.sign_on.provider import OpenIdClient, OpenIdProvider
    from gateway.web.people.sign_on.pages import CALLBACK

    client = OpenIdClient(
        settings.issuer,
        settings.client_id,
        lambda: settings.client_secret_file.read_text("utf-8").strip(),
        address,
        CALLBACK,
        settings.scopes,
        settings.second_factor_acr,
        settings.second_factor_amr,
        settings.clock_skew_seconds,
    )
    return OpenIdProvider(client, Transport(settings.timeout_seconds, settings.ca_file), clock)
