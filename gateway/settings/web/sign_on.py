"""Sign-on settings, [web.sign_on]: a national OpenID provider, and roles by its claims."""

from collections.abc import Collection, Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.domain.people.roles import Grant, Role
from gateway.domain.people.sign_on import ClaimRule
from gateway.loopback import is_loopback_url
from gateway.settings.section import ExistingFile, Mistake, SecretTextFile, Section, matching, wrong

_Text = Annotated[str, Field(min_length=1, max_length=255)]


class SignOnRoleSettings(Section):
    """[[web.sign_on.role]]: a role of everybody with a value in a claim."""

    claim: _Text = "groups"
    """Claim of the ID token; a path with dots for one inside another."""

    value: _Text
    """Value that it has, or that is among its values; compared exactly."""

    role: Role
    """Role that is given."""

    authority: Annotated[
        str,
        AfterValidator(
            matching(r"[A-Z]{2}/[^\s/@]{1,70}", "must be country and code, such as MZ/MA")
        ),
    ]
    """Authority at which it is given, such as MZ/MA."""

    @property
    def rule(self) -> ClaimRule:
        """The rule as a domain object."""
        return ClaimRule(self.claim, self.value, Grant(self.role, self.authority))


class SignOnSettings(Section):
    """[web.sign_on]: sign-in with the account of a national OpenID provider."""

    name: Annotated[str, Field(min_length=1, max_length=70)] = "national sign-on"
    """Name of the provider on the button."""

    issuer: Annotated[
        str,
        AfterValidator(
            matching(
                r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?",
                "must be https://HOST[:PORT][/PATH], to the letter as the provider writes it",
            )
        ),
    ]
    """Issuer identifier of the provider, to the letter."""

    client_id: _Text
    """Name that the provider knows this gateway by."""

    client_secret_file: SecretTextFile
    """File with the secret that the provider gave for it."""

    ca_file: ExistingFile | None = None
    """CAs of the provider's certificate, PEM. Left out: the CAs that the system trusts."""

    scopes: tuple[_Text, ...] = ("openid", "profile")
    """Scopes that are asked for; `openid` is among them."""

    second_factor_acr: tuple[_Text, ...] = ()
    """Values of the claim `acr` that mean a second factor; they are asked for."""

    second_factor_amr: tuple[_Text, ...] = ("mfa",)
    """Values of the claim `amr` that mean a second factor (RFC 8176)."""

    local_sign_in: Literal["everybody", "administrators"] = "everybody"
    """Who may still sign in with a password or passkey of this gateway."""

    clock_skew_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    """Seconds that the provider's clock may differ from ours."""

    timeout_seconds: Annotated[float, Field(gt=0, le=20)] = 5.0
    """How long a call to the provider may take."""

    role: tuple[SignOnRoleSettings, ...] = ()
    """Roles by claims. Without any, only people that are linked by an administrator come in."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.issuer.startswith("http://") and not is_loopback_url(self.issuer):
            raise wrong(
                "must begin with https:// (plain http only reaches this machine)", key="issuer"
            )
        if "openid" not in self.scopes:
            raise wrong("must hold openid", key="scopes")
        return self


def sign_on_mistakes(
    settings: SignOnSettings | None, authorities: Collection[str]
) -> Iterator[Mistake]:
    """Roles at authorities that are not served here."""
    for place, role in enumerate(settings.role if settings else ()):
        if role.authority not in authorities:
            known = ", ".join(sorted(authorities))
            yield f"web.sign_on.role.{place}.authority", f"must be served here: {known}"
