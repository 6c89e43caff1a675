"""Partner keys against a dialect: [[partner]] gives what its dialect leaves open, and no more.

Every mistake names the fact that it contradicts, with the source that the dialect has for it.
"""

from collections.abc import Iterator

from gateway.dialects import OPERATIONS, PASSWORD, USERNAME, Carries, CertificateUse, Dialect
from gateway.domain.partner import OperationName
from gateway.settings.client import ClientSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.section import Mistake
from gateway.settings.security import Protection

_CREDENTIALS = {
    USERNAME: "security.our_username",
    PASSWORD: "security.our_password_file",
}
"""Key of [[partner]] by the value of a header block that has a place of its own."""


def partner_mistakes(
    partner: PartnerSettings, dialect: Dialect, client: ClientSettings | None
) -> Iterator[Mistake]:
    """Every key of a partner that does not fit its dialect. client: None where it is wrong."""
    yield from _form_mistakes(partner, dialect)
    yield from _operation_mistakes(partner, dialect)
    yield from _value_mistakes(partner, dialect)
    yield from _login_mistakes(partner, dialect, client)


def _form_mistakes(partner: PartnerSettings, dialect: Dialect) -> Iterator[Mistake]:
    form, given = dialect.form, partner.model_fields_set
    if form.namespace is None and not partner.service_namespace:
        yield (
            "service_namespace",
            f"must be given: the dialect {dialect.name} has none ({form.source})",
        )
    if partner.soap.value not in form.soap and ("soap" in given or form.soap[0] != "1.1"):
        yield "soap", _only(form.soap, dialect, form.source)
    documents = dialect.answer.documents
    if "version" in given and partner.version not in documents:
        yield "version", _only(documents, dialect, dialect.answer.source)


def _operation_mistakes(partner: PartnerSettings, dialect: Dialect) -> Iterator[Mistake]:
    given = partner.model_fields_set
    final = dialect.operations.get(OperationName.GET_FINAL)
    why_not = dialect.missing.get(OperationName.GET_FINAL)
    if "final_operation" in given:
        if final is None:
            yield "final_operation", f"must not be given with {dialect.name}: {why_not}"
        elif partner.final_operation not in (names := [each.operation for each in final.names]):
            yield "final_operation", _only(names, dialect, final.source)
    carrying = [
        operation for operation in dialect.operations.values() if operation.carries(Carries.COUNTRY)
    ]
    if "send_country" in given and partner.send_country and not carrying:
        source = next(iter(dialect.operations.values())).source if dialect.operations else ""
        yield "send_country", f"must not be true: {dialect.name} sends no country ({source})"
    spellings = {
        names.spelling: None
        for operation in OPERATIONS
        if operation in dialect.operations
        for names in dialect.operations[operation].names
        if names.spelling
    }
    if partner.spelling and partner.spelling not in spellings:
        yield "spelling", f"must be one of {dialect.name}: {', '.join(spellings) or 'it has none'}"


def _value_mistakes(partner: PartnerSettings, dialect: Dialect) -> Iterator[Mistake]:
    sources = {
        content.value: block.source
        for block in dialect.headers
        for content in block.contents
        if content.value
    }
    for name in sorted(dialect.values_needed):
        if name in _CREDENTIALS:
            if not _credential(partner, name):
                yield (
                    _CREDENTIALS[name],
                    f"must be given with the dialect {dialect.name} ({sources[name]})",
                )
        elif name not in partner.values:
            yield (
                f"values.{name}",
                f"must be given with the dialect {dialect.name} ({sources[name]})",
            )
    for name in partner.values:
        if name not in dialect.values - _CREDENTIALS.keys():
            yield f"values.{name}", f"must not be given: {dialect.name} has no such value"
    sends = PASSWORD in dialect.values or dialect.login.message_security == "username-text"
    if sends and (partner.address or "").startswith("http://"):
        yield "address", f"must begin with https://: {dialect.name} sends a password"


def _login_mistakes(
    partner: PartnerSettings, dialect: Dialect, client: ClientSettings | None
) -> Iterator[Mistake]:
    login, agreed = dialect.login, partner.security
    if login.message_security != Protection.NONE:
        if "outgoing" in agreed.model_fields_set and agreed.outgoing != login.message_security:
            yield (
                "security.outgoing",
                f"must be {login.message_security} with {dialect.name} ({login.source})",
            )
        if login.message_security.startswith("username"):
            for name, key in _CREDENTIALS.items():
                if not _credential(partner, name):
                    yield key, f"must be given with the dialect {dialect.name} ({login.source})"
    needs = login.client_certificate is CertificateUse.REQUIRED
    https = (partner.address or "").startswith("https://")
    if needs and https and client is not None and client.certificate_file is None:
        yield (
            "dialect",
            f"needs our client certificate, certificate_file of [client]: {dialect.name} asks"
            f" for one ({login.source})",
        )


def _credential(partner: PartnerSettings, name: str) -> object:
    agreed = partner.security
    return agreed.our_username if name == USERNAME else agreed.our_password_file


def _only(allowed: object, dialect: Dialect, source: str) -> str:
    words = " or ".join(allowed) if isinstance(allowed, list | tuple) else str(allowed)
    return f"must be {words} with the dialect {dialect.name} ({source})"
