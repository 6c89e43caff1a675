"""Fuzz targets: one module for each reader of bytes of others, with a `make` of its own."""

NAMES = (
    "backup",
    "envelope",
    "evidence",
    "mtom",
    "national_csv",
    "national_json",
    "partner_answers",
    "permit_seal",
    "ws_security",
)
