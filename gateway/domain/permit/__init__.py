"""The permit form: boxes 1 to 15 as a document shows them."""
