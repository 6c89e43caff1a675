"""Tests of epix-gateway, by the subjects of the program.

Imported before all else of the tests, `hypothesis` included, so the imports are provided for here.
"""

import os
import sys

from tests.bytecode import ProgramFinder

# Modules are compiled once, not in each worker and each gateway that a test starts. The worker
# processes inherit the environment from here.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

sys.meta_path.insert(0, ProgramFinder)
