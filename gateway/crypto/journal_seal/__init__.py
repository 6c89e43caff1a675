"""Journal seals: signatures over heads of the journal's Merkle trees, and RFC 3161 time-stamps."""
