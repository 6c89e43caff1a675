"""Keys, certificates and signatures; the only home of cryptography and signxml."""

import logging

# At DEBUG signxml writes whole permits and messages into the log.
logging.getLogger("signxml").setLevel(logging.INFO)
