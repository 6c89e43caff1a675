"""Whom do we ask, and what was agreed on with each? From the settings to what the rooms take."""

from datetime import timedelta

from gateway.exchange.ask_partner import SealRule
from gateway.exchange.ports import Clock
from gateway.partners.profile import PartnerProfile
from gateway.settings import ClientSettings, PartnerSettings
from gateway.signatures.message_security import Agreement, Credentials
from gateway.signatures.message_signing import KeyReference
from gateway.signatures.verifying import PermitSealVerifier, read_anchors


def profile_of(partner: PartnerSettings, client: ClientSettings) -> PartnerProfile:
    """What is known of a partner, with what holds for all partners where it says nothing of its own."""
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
        maximum_answer_bytes=client.max_reply_bytes,
        ca_file=partner.ca_file or client.ca_file,
        certificate_file=client.certificate_file,
        key_file=client.key_file,
        passphrase_file=client.passphrase_file,
        service_namespace=partner.service_namespace,
    )


def seal_rule(partner: PartnerSettings, clock: Clock) -> SealRule:
    """How the seals of its country's permits are judged."""
    anchors = read_anchors(partner.seal_anchors_file) if partner.seal_anchors_file else ()
    return SealRule(PermitSealVerifier(anchors, partner.country, clock), partner.must_seal)


def agreement_with(partner: PartnerSettings) -> Agreement:
    """What was agreed on with it about WS-Security."""
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
