"""Inventory for the operator console: keys, what ends when, seal of the journal, configuration."""

import io
import zipfile
from collections.abc import Iterator, Sequence

from gateway.bootstrap.checks.access_checks import (
    database_warnings,
    mode_warnings,
    role_warnings,
)
from gateway.bootstrap.checks.config_probe import certificate_warnings, probe
from gateway.bootstrap.checks.named_files import file_problems
from gateway.bootstrap.configuration_text import (
    configuration_text,
    secrets_of,
    without_secrets,
)
from gateway.bootstrap.diagnostics import support_files
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.alerts import partners_certificates
from gateway.crypto.keys.expiry import Expiry, expiries
from gateway.crypto.keys.overview import KeyView, overview
from gateway.crypto.keys.purposes import USES
from gateway.exchange.console.inventory import (
    CheckedConfiguration,
    EndingCertificate,
    OwnKey,
    SealState,
)
from gateway.exchange.journal.heads import statement_of
from gateway.settings import settings_problems


def own_keys(gateway: Gateway) -> Sequence[OwnKey]:
    """Every key of ours, as `keys list` has them."""
    return [_key(view) for view in overview(gateway.settings, gateway.clock())]


def endings(gateway: Gateway) -> Sequence[EndingCertificate]:
    """Certificates and revocation lists that this gateway relies on, the soonest end first.

    Raises ServiceUnavailable.
    """
    now = gateway.clock()
    shown = gateway.store.shown_certificates.all()
    found: list[Expiry] = [
        *expiries(gateway.settings, now),
        *partners_certificates(gateway.settings, shown, now),
    ]
    return [
        EndingCertificate(
            each.use,
            each.partner,
            each.subject,
            each.not_after,
            each.days_left,
            each.is_soon,
            each.is_urgent,
        )
        for each in sorted(found, key=lambda each: each.not_after)
    ]


def seal_state(gateway: Gateway) -> SealState:
    """The seal of the journal. Nothing is verified here. Raises ServiceUnavailable."""
    head = gateway.store.sealed_journal.last()
    unsealed, places = gateway.heads.unsealed_seconds(), gateway.heads.ages()
    if head is None:
        return SealState(None, "", 0, "", False, unsealed, places)
    try:
        statement = statement_of(head.statement)
    except ValueError:
        return SealState(
            head.batch, "", 0, "", bool(head.signature), unsealed, places, "unreadable"
        )
    return SealState(
        statement.batch,
        statement.digest,
        statement.total,
        statement.sealed_at,
        bool(head.signature),
        unsealed,
        places,
    )


def loaded_configuration(gateway: Gateway) -> str:
    """The configuration of this process, redacted."""
    return configuration_text(gateway.settings)


def checked_configuration(gateway: Gateway) -> CheckedConfiguration:
    """Sentences of `check-config` on the files of now. It makes every part once: seconds."""
    settings = gateway.settings
    secrets = secrets_of(settings)

    def shown(sentences: Iterator[str]) -> list[str]:
        return [without_secrets(secrets, each.encode()).decode() for each in sentences]

    problems = [
        *settings_problems(settings.directory),
        *file_problems(settings.directory),
        *probe(settings),
    ]
    return CheckedConfiguration(
        shown(problem.text for problem in problems), shown(_warnings(gateway))
    )


def diagnostics(gateway: Gateway) -> bytes:
    """The archive for support, as `diagnostics` writes it: a ZIP file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in support_files(gateway.settings.directory):
            archive.writestr(name, part)
    return content.getvalue()


def evidence(gateway: Gateway, identity: str) -> bytes:
    """The evidence file of an exchange, as `journal export` writes it: a ZIP file.

    Raises InvalidRequest where it is not sealed or was removed, KeyUnusable, ServiceUnavailable.
    """
    content = io.BytesIO()
    gateway.journal.evidence.of_record(identity, content)
    return content.getvalue()


def _warnings(gateway: Gateway) -> Iterator[str]:
    settings = gateway.settings
    yield from certificate_warnings(settings)
    yield from mode_warnings(settings)
    yield from database_warnings(settings)
    yield from role_warnings(settings)


def _key(view: KeyView) -> OwnKey:
    found = view.certificate
    if found is None:
        return OwnKey(USES[view.purpose], view.role, view.used, problem=view.problem)
    return OwnKey(
        USES[view.purpose],
        view.role,
        view.used,
        found.subject,
        found.sha256,
        found.valid_until,
        found.days_left,
        found.development,
    )
