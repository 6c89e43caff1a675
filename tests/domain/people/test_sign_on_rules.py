"""Roles by claims: exact values of exact claims, whatever shape a provider gives them."""

import pytest

from gateway.domain.people.roles import Grant, Role
from gateway.domain.people.sign_on import ClaimRule, SignOnIdentity, granted

OFFICER, AUDITOR = Grant(Role.CUSTOMS, "MZ/MA"), Grant(Role.AUDITOR, "MZ/MA")
RULES = [
    ClaimRule("groups", "cites-border", OFFICER),
    ClaimRule("realm_access.roles", "audit", AUDITOR),
    ClaimRule("https://id.example.org/roles", "audit", AUDITOR),
]


@pytest.mark.parametrize(
    ("claims", "grants"),
    [
        ({"groups": "cites-border"}, {OFFICER}),
        ({"groups": ["x", "cites-border"]}, {OFFICER}),
        ({"realm_access": {"roles": ["audit"]}}, {AUDITOR}),
        ({"realm_access.roles": "audit"}, {AUDITOR}),
        ({"https://id.example.org/roles": ["audit"]}, {AUDITOR}),
        ({"groups": ["cites-border"], "realm_access": {"roles": "audit"}}, {OFFICER, AUDITOR}),
        ({}, set()),
        ({"groups": "CITES-BORDER"}, set()),
        ({"groups": "cites-border cites-other"}, set()),
        ({"groups": ["cites-border-2", 7, None]}, set()),
        ({"groups": {"cites-border": True}}, set()),
        ({"groups": [["cites-border"]]}, set()),
        ({"realm_access": "roles"}, set()),
        ({"realm_access.roles": "none", "realm_access": {"roles": "audit"}}, set()),
        ({"email": "customs@example.org", "sub": "cites-border"}, set()),
    ],
)
def test_a_role_needs_the_exact_value_in_the_exact_claim(
    claims: dict[str, object], grants: set[Grant]
) -> None:
    assert granted(RULES, claims) == grants


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Celina  Fronteira\n", "Celina Fronteira"),
        ("\u202egnp", "\\u202Egnp"),
        ("y" * 5000, "y" * 70),
        (["Celina"], ""),
        (None, ""),
    ],
)
def test_a_name_is_one_safe_line_of_bounded_length(name: object, shown: str) -> None:
    assert SignOnIdentity("https://id.example.org", "s-1", {"name": name}, True).full_name == shown
