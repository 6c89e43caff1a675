"""Parameters that name a permit.

Number and country stand in the query, not in the path: numbers have `/` and spaces in them, and
reverse proxies decode, refuse or merge `%2F` in a path (nginx where proxy_pass has a path, Apache
by AllowEncodedSlashes), while all leave a query as it is.
"""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from gateway.web.api.texts import seen

Country = Annotated[
    str,
    Query(
        min_length=2,
        max_length=2,
        pattern=r"^[A-Z]{2}$",
        description="Country that issued the permit: two letters of ISO 3166 or of CITES.",
        examples=["MZ"],
    ),
]
Number = Annotated[
    str,
    Query(
        min_length=1,
        max_length=70,
        description="Number of the permit (box 1), percent-encoded, compared exactly.",
        examples=["MZ26EX000001"],
    ),
    AfterValidator(seen),
]
