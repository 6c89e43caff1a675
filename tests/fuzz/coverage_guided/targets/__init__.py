"""Fuzz targets: one module for each reader of bytes of others, with a `make` of its own."""

NAMES = (
    "backup",
    "envelope",
    "evidence",
    "listing_files",
    "mtom",
    "national_csv",
    "national_json",
    "partner_answers",
    "partner_file",
    "permit_seal",
    "ws_security",
)
