"""Agreements with a partner, from the settings to what the rooms take.

Address and time-outs of its service, trust in its permit seals, WS-Security of its messages.
"""

from datetime import timedelta

from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.crypto.ws_security.agreement import Agreement, Credentials
from gateway.crypto.ws_security.sign import KeyReference
from gateway.exchange.permits.foreign.ask_partner import SealRule
from gateway.exchange.ports import Clock
from gateway.partners.profile import PartnerProfile
from gateway.settings import ClientSettings, PartnerSettings


def profile_of(partner: PartnerSettings, client: ClientSettings) -> PartnerProfile:
    """Profile of a partner's service; [client] gives the values that [[partner]] leaves out."""
    return PartnerProfile(
        key=partner.key,
        country=partner.country,
        address=partner.address or "",
        version=partner.version,
        soap=partner.soap.value,
        final_operation=partner.final_operation,
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
    )


def seal_rule(partner: PartnerSettings, clock: Clock) -> SealRule:
    """The rule by which the seals of its country's permits are judged.

    Raises KeyUnusable, SettingsInvalid for a file that cannot be used.
    """
    anchors = read_anchors(partner.seal_anchors_file) if partner.seal_anchors_file else ()
    file = partner.seal_revocation_list_file
    lists = RevocationLists(file) if file else None
    return SealRule(PermitSealVerifier(anchors, partner.country, clock, lists), partner.must_seal)


def agreement_with(partner: PartnerSettings) -> Agreement:
    """WS-Security as it was agreed with the partner."""
    agreed = partner.security
    return Agreement(
        partner=partner.key,
        incoming=agreed.incoming,
        outgoing=agreed.outgoing,
        sign_answers=agreed.sign_answers,
        verify_answers=agreed.verify_answers,
        signer_certificates=agreed.signer_certificates_file,
        signer_ca=agreed.signer_ca_file,
        signer_subject=agreed.signer_subject,
        theirs=Credentials(agreed.username, agreed.password_file),
        ours=Credentials(agreed.our_username, agreed.our_password_file),
        key_reference=KeyReference(agreed.our_key_reference),
        lifetime=timedelta(seconds=agreed.max_age_seconds),
        clock_skew=timedelta(seconds=agreed.clock_skew_seconds),
    )
