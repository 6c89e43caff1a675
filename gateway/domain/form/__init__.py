"""Standard form of the Convention: the boxes of a permit as rows of text, in three languages."""
