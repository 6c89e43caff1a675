"""View of a permit of ours: status, loss notes, withheld versions, and the standard form."""

from hashlib import sha256

from rich.console import Group, RenderableType

from gateway.cli.console import plain
from gateway.cli.views import permit
from gateway.cli.views.own_permits import losses
from gateway.cli.views.words import word
from gateway.domain.codes import Language
from gateway.domain.errors import DocumentInvalid
from gateway.exchange.permits.show import OwnPermit
from gateway.exchange.ports import FormerDocument


def view(shown: OwnPermit, language: Language) -> Group:
    """Status, withheld schema versions, loss notes, and every box."""
    published = shown.published
    of = f"{published.authority.country.text}/{published.authority.code}"
    lines: list[RenderableType] = [plain(f"{published.permit.number} of {of}: {published.status}")]
    for version, reason in shown.withheld:
        said = word(
            "withheld", language, version=version.removeprefix("v"), reason=_why(reason, language)
        )
        lines.append(plain(said))
    lines += [plain(losses.sentence(version, loss, language)) for version, loss in shown.losses]
    lines += [plain(_former(each, language)) for each in shown.former]
    return Group(*lines, permit.view(shown.permit, language))


def as_json(shown: OwnPermit, language: Language) -> dict[str, object]:
    """Identity, status, withheld versions, loss notes, and what the view of the form has."""
    published = shown.published
    return {
        "country": published.authority.country.text,
        "authority": published.authority.code,
        "status": published.status.value,
        "withheld": [
            {
                "version": version,
                "box": reason.box if reason else None,
                "line": reason.position if reason else None,
                "reason": _why(reason, language),
            }
            for version, reason in shown.withheld
        ],
        "losses": [losses.as_json(version, loss) for version, loss in shown.losses],
        "former": [
            {
                "version": each.version,
                "form": each.form.value,
                "replaced_at": each.replaced_at.isoformat(),
                "record": each.record,
                "sha256": _digest(each.document.content),
                "seal_sha256": _digest(each.document.seal) if each.document.seal else None,
            }
            for each in shown.former
        ],
    } | permit.as_json(shown.permit, language)


def _former(former: FormerDocument, language: Language) -> str:
    return word(
        "former_document",
        language,
        version=former.version.removeprefix("v"),
        at=f"{former.replaced_at:%Y-%m-%d %H:%M} UTC",
        record=former.record,
        digest=_digest(former.document.content),
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _why(reason: DocumentInvalid | None, language: Language) -> str:
    return reason.text if reason else word("not_rewritten", language)
