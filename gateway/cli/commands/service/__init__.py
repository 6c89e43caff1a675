"""Commands on the gateway itself: working directory, service, keys, backups, demonstration."""
