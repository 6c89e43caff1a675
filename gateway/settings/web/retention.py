"""Retention settings, [retention]: days that rows with data of persons stay beside the journal."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section


class RetentionSettings(Section):
    """[retention]. `serve` removes rows whose days are over; the journal has a rule of its own."""

    look_up_days: Annotated[int, Field(ge=3, le=90)] = 7
    """Days that a look-up of a customs officer stays, with its document and token."""

    mail_question_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days that a question by mail stays after its link has ended."""

    webhook_message_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Days that a message to a webhook stays once it was taken or given up."""

    api_request_days: Annotated[int, Field(ge=1, le=366)] = 90
    """Days that the answer to a request of the JSON API stays, for the same idempotency key."""

    closed_account_days: Annotated[int, Field(ge=30, le=3650)] = 730
    """Days after which the name of a person whose account is closed becomes a pseudonym."""
