"""Processes of one gateway: forked children, and messages between processes."""
