"""Command line of a gateway whose leases of outgoing confirmations are short.

What a killed gateway had under way is sent again after its lease, about a minute. No setting
changes that, as a lease has to be longer than any attempt. A test of kills would only wait for it.
Here an attempt may outlive its lease, so a confirmation may be sent twice at the same time. It has
to be booked once all the same.
"""

from gateway.__main__ import main as command_line
from gateway.exchange.outbox import lease


def main() -> None:
    lease._READING_SECONDS = 0.0
    lease._DATABASE_SECONDS = 0.0
    command_line()
