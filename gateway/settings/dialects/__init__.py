"""Dialect files: conf/dialects/*.toml, read into the dialects of `gateway.dialects`."""
