"""API keys of other systems: what a key says, and what is refused about one."""
