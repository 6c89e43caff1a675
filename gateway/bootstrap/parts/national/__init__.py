"""National sources of a gateway, and proposals of their descriptions."""
