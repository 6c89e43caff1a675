"""Tests of epix-gateway, by the subjects of the program.

Imported before all else of the tests, `hypothesis` included, so bytecode is provided for here.
"""

import os
import sys

# Modules are compiled once, not in each worker and each gateway that a test starts. The worker
# processes inherit the environment from here.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
