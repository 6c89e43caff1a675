"""Capacity of one worker: bodies, connections, handshakes, open files, pipelining, refusals."""
