"""Views of fetched reference data, of changes of listings, and of quotas."""
