"""Commands of the annual report."""
