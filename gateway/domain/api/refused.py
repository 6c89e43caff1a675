"""Refused entry about an API key: an option of a command."""

from gateway.domain.errors import InputInvalid


class ApiKeyInvalid(InputInvalid):
    """An entry about an API key or a webhook is not what it must be.

    field: name of the entry, such as `expires`.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
