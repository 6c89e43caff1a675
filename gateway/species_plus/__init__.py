"""Client of the Species+/CITES Checklist API, version 1: taxa, legislation, range, bulk file."""
