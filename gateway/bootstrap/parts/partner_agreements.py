"""Agreements with a partner, from the settings to what the rooms take.

Address and time-outs of its service, trust in its permit seals, WS-Security of its messages.
"""

from datetime import timedelta
from pathlib import Path

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.keys.files import read_passphrase
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.crypto.ws_security.agreement import Agreement, Credentials
from gateway.crypto.ws_security.sign import KeyReference
from gateway.dialects import PASSWORD, USERNAME, Dialect, Login
from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.foreign.ask_partner import SealRule
from gateway.exchange.ports import Clock
from gateway.partners.profile import PartnerProfile
from gateway.settings import ClientSettings, PartnerSettings, Protection


def profile_of(
    partner: PartnerSettings, client: ClientSettings, dialect: Dialect
) -> PartnerProfile:
    """Profile of a partner's service; [client] gives the values that [[partner]] leaves out.

    Raises KeyUnusable for a password of a header block that cannot be read.
    """
    return PartnerProfile(
        key=partner.key,
        country=partner.country,
        address=partner.address or "",
        dialect=dialect,
        soap=partner.soap.value,
        spelling=partner.spelling,
        final_operation=_final_operation(partner),
        send_country=partner.send_country,
        connect_timeout_seconds=partner.connect_timeout_seconds or client.connect_timeout_seconds,
        read_timeout_seconds=partner.read_timeout_seconds or client.read_timeout_seconds,
        total_timeout_seconds=partner.total_timeout_seconds or client.total_timeout_seconds,
        max_reply_bytes=client.max_reply_bytes,
        ca_file=partner.ca_file or client.ca_file,
        certificate_file=client.certificate_file,
        key_file=client.key_file,
        passphrase_file=client.passphrase_file,
        service_namespace=partner.service_namespace,
        values=dict(partner.values) | _credentials(partner, dialect),
    )


def _final_operation(partner: PartnerSettings) -> str:
    """Its own name where it was given, or where its dialect is a standard one."""
    given = partner.dialect is None or "final_operation" in partner.model_fields_set
    return partner.final_operation if given else ""


def _credentials(partner: PartnerSettings, dialect: Dialect) -> dict[str, str]:
    """User name and password, where a header block of the dialect carries them."""
    agreed = partner.security
    values = {}
    if USERNAME in dialect.values and agreed.our_username:
        values[USERNAME] = agreed.our_username
    if PASSWORD in dialect.values and agreed.our_password_file:
        values[PASSWORD] = _password(agreed.our_password_file)
    return values


def _password(file: Path) -> str:
    """Raises KeyUnusable; also for a password that no XML can hold."""
    try:
        password = read_passphrase(file).decode("utf-8")
    except UnicodeDecodeError:
        password = ""
    if not password.isprintable() or not password:
        raise KeyUnusable(f"our_password_file: the first line of {file.name} is no text in UTF-8.")
    return password


def seal_rule(partner: PartnerSettings, clock: Clock) -> SealRule:
    """The rule by which the seals of its country's permits are judged.

    Raises KeyUnusable, SettingsInvalid for a file that cannot be used.
    """
    anchors = read_anchors(partner.seal_anchors_file) if partner.seal_anchors_file else ()
    file = partner.seal_revocation_list_file
    lists = RevocationLists(file) if file else None
    return SealRule(PermitSealVerifier(anchors, partner.country, clock, lists), partner.must_seal)


def agreement_with(partner: PartnerSettings, login: Login | None = None) -> Agreement:
    """WS-Security as it was agreed with the partner. login: of its dialect, where we ask it."""
    agreed = partner.security
    by_dialect = login is not None and login.message_security != Protection.NONE
    lasts = login.timestamp_seconds if login else None
    return Agreement(
        partner=partner.key,
        incoming=agreed.incoming,
        outgoing=login.message_security if login and by_dialect else agreed.outgoing,
        sign_answers=agreed.sign_answers,
        verify_answers=agreed.verify_answers,
        signer_certificates=agreed.signer_certificates_file,
        signer_ca=agreed.signer_ca_file,
        signer_subject=agreed.signer_subject,
        theirs=Credentials(agreed.username, agreed.password_file),
        ours=Credentials(agreed.our_username, agreed.our_password_file),
        key_reference=KeyReference(agreed.our_key_reference),
        timestamp=timedelta(seconds=lasts) if lasts else None,
        lifetime=timedelta(seconds=agreed.max_age_seconds),
        clock_skew=timedelta(seconds=agreed.clock_skew_seconds),
    )
