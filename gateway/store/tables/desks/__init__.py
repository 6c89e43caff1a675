"""Tables of pages for people, and of systems that call."""
