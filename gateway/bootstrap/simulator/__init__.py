"""Simulator: a stand-in put together from a dialect, sample permits and throw-away keys.

    with Simulator(load_dialects()["czech"], Misbehaviour.SLOW) as simulator:
        simulator.address            # http://127.0.0.1:40123/
        simulator.permits            # what can be asked for
        simulator.misbehave(None)

The keys that seal its permits, and those of TLS, come from a CA made for this one stand-in.
"""

from gateway.bootstrap.simulator.options import DEFAULT_LOGIN, SimulatorOptions
from gateway.bootstrap.simulator.own_keys import StandInKeys
from gateway.bootstrap.simulator.simulator import Simulator

__all__ = ["DEFAULT_LOGIN", "Simulator", "SimulatorOptions", "StandInKeys"]
