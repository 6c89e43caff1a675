"""Commands of the quota account."""
