"""Certificates that authorities tell each other: those of a partner's file, and those of ours."""
