"""Verifiable credential of a permit: its content, its status list, and the verdict on one."""
