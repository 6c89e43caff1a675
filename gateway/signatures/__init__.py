"""Keys, certificates and signatures; the only home of cryptography and signxml."""

import logging

logging.getLogger("signxml").setLevel(logging.INFO)  # at DEBUG it writes whole permits and messages into the log
