"""Member States of the European Union, whose decisions on imports hold in all of them."""

_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

EU_MEMBERS = frozenset(_CODES.split())
"""Country codes."""
