"""Evidence for third parties: how a bundle is written, and the script by which anybody verifies it."""
