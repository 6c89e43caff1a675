"""Hub flavour: rpc/encoded requests as the UNEP-WCMC hub takes them, and its faults.

Clients of the hub change nothing but the address. `requests` makes a request of the contract out of
theirs, in place; `faults` says errors in the hub's words; `flavour` is what the endpoint uses.
Source: wire contract, section 9.
"""
