"""Between national records, the Permit and the documents of the two schema versions."""
