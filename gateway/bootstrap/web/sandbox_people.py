"""People of a sandbox: one of each role, invented, with one password that the pages show."""

from dataclasses import replace

from gateway.bootstrap.gateway import Gateway
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor

SANDBOX_PASSWORD = "sandbox seven cranes"  # noqa: S105 - of invented people, and shown to all
_NAMES = {
    Role.CUSTOMS: "Celeste Border",
    Role.AUTHORITY: "Amadeu Forest",
    Role.OPERATOR: "Olga Server",
    Role.AUDITOR: "Aurora Ledger",
    Role.ADMINISTRATOR: "Adelino Keys",
}


def add_sandbox_people(gateway: Gateway) -> None:
    """Add a person for each role, named as the role. Raises ServiceUnavailable."""
    from gateway.identity.password_hash import Argon2Hasher

    people = gateway.people
    authority = next(iter(people.authorities))
    hashed = Argon2Hasher().hash(SANDBOX_PASSWORD)
    for role, name in _NAMES.items():
        actor = Actor("Sandbox")
        person, _ = people.administer.add(actor, role.value, name, [Grant(role, authority)])
        with people.accounts.begin() as work:
            account = work.account(person.id)
            if account is not None:
                work.change(replace(account, password_hash=hashed))
            work.commit()
