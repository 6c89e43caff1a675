"""Simulator: a stand-in server for the service of a partner, in any dialect, that can misbehave.

For integrators and tests. `service` answers requests by the dialect's data, `permits` holds the
sample permits, `server` carries both over HTTP or TLS, `misbehaviour` and `sending` spoil answers
on purpose, `control` switches while it runs. Nothing here serves a real permit.
"""
