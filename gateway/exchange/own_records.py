"""How does the journal keep what the gateway did to the journal itself? As an exchange with nobody."""

from datetime import datetime

from gateway.exchange.ports import Direction, Exchange


def own_record(identity: str, operation: str, at: datetime, said: bytes, proof: bytes = b"") -> Exchange:
    """said: what was done, as its request.  proof: that it was us, where a record needs one, as its answer."""
    return Exchange(identity, Direction.OWN, at, at, operation, None, None, None, None, "ok", said, proof)
