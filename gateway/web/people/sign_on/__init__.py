"""National sign-on on the web: pages to the provider and back, and its word that a person left."""
