"""Chromium, for the tests of pages."""

from tests.browser import browser, start_chromium

__all__ = ["browser", "start_chromium"]
