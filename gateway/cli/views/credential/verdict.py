"""View of a verdict on a credential: first what to do, then the permit that it says."""

from rich.console import Group, RenderableType
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.cli.views import permit
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.credential.verdict import CredentialStatus, CredentialVerdict

_ASK = "bold yellow"
_STYLES = {
    CredentialStatus.GENUINE: "bold",  # no green: a true credential alone lets no permit pass
    CredentialStatus.KEY_EXPIRED: _ASK,
    CredentialStatus.SIGNER_UNKNOWN: _ASK,
    CredentialStatus.MAY_BE_REVOKED: _ASK,
    CredentialStatus.STATUS_UNKNOWN: _ASK,
}
_REFUSED = "bold red"


def view(verdict: CredentialVerdict, language: Language) -> Group:
    """Headline, reason, and the standard form. Nothing of what proves nothing is shown."""
    headline = word(f"credential_{verdict.status}", language)
    parts: list[RenderableType] = [Text(headline, style=_STYLES.get(verdict.status, _REFUSED))]
    if verdict.status is not CredentialStatus.GENUINE:
        parts.append(labelled(word("why", language), verdict.reason))
    if said := verdict.credential:
        signed = word("credential_signed", language, authority=said.authority, issuer=said.issuer)
        parts += [plain(signed), permit.view(said.permit, language)]
    return Group(*parts)


def as_json(verdict: CredentialVerdict, language: Language) -> dict[str, object]:
    """Every part of the verdict; moments as ISO 8601."""
    said = verdict.credential
    found: dict[str, object] = {
        "verdict": verdict.status.value,
        "reason": verdict.reason,
        "judged_at": verdict.judged_at.isoformat(),
        "credential": None,
    }
    if said:
        found["credential"] = {
            "id": said.id,
            "issuer": said.issuer,
            "issuer_name": said.issuer_name,
            "country": said.authority.country.text,
            "authority": said.authority.code,
            "valid_from": said.begins.isoformat(),
            "valid_before": said.ends.isoformat() if said.ends else None,
            "status_list": said.status_list,
            "status_index": said.status_index,
            "permit": permit.as_json(said.permit, language),
        }
    return found
