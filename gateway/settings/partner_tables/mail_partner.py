"""Mail partner settings, [[mail_partner]]: an authority that has no system and answers by mail."""

from collections.abc import Collection, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from gateway.domain.mail_questions.question import Addressee
from gateway.settings.journal import Address
from gateway.settings.section import Country, Mistake, Section


class MailPartnerSettings(Section):
    """[[mail_partner]]: the address that questions about permits of a country are mailed to."""

    country: Country
    """The country whose authority it is."""

    name: Annotated[str, Field(min_length=1, max_length=350)]
    """The authority, or the office there."""

    mail: Address
    """Its address, as the authority itself has given it: whoever reads it answers for it."""

    language: Literal["en", "fr", "es"] = "en"
    """Language of the mail."""

    @property
    def addressee(self) -> Addressee:
        """The authority as a domain object."""
        return Addressee(self.country, self.name, self.mail, self.language)


def mail_partner_mistakes(
    partners: Sequence[MailPartnerSettings], *, has_server: bool, asked: Collection[str]
) -> Iterator[Mistake]:
    """Every mistake of these tables with each other, with [mail] and with [[partner]].

    asked: countries with a [[partner]] that is enabled and has an address. Its service answers for
    the record, so that a statement by mail must not stand beside it.
    """
    countries: set[str] = set()
    for place, partner in enumerate(partners):
        if partner.country.text in countries:
            yield f"mail_partner.{place}.country", "must not be that of another [[mail_partner]]"
        if partner.country.text in asked:
            yield (
                f"mail_partner.{place}.country",
                "must not be that of a [[partner]] with an address: its service is asked, and a"
                " statement by mail is worth less. Take out one of the two tables",
            )
        countries.add(partner.country.text)
        if not has_server:
            yield f"mail_partner.{place}.mail", "needs a server: give [mail]"
