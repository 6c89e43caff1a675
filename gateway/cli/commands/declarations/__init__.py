"""Commands of customs declarations."""
