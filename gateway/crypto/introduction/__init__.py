"""Certificates that authorities tell each other, received in a partner's file or sent in ours."""
