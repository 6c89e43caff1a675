"""Collection: the pages on bare Debian roots are a test only where such roots are named."""

import os

collect_ignore = [] if os.environ.get("TESTED_DEBIAN_ROOTS") else ["test_fresh_debian.py"]
