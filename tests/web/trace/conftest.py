"""Fixtures of the pages for people, made once for the tests of traceability."""

from tests.web.people.conftest import (  # noqa: F401 - fixtures
    cheap_hash,
    desk,
    make_desk,
    peopled,
)
