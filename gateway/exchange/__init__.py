"""Use cases of the gateway, one file each, with the ports they require.

This package imports the domain and the standard library only.
"""
