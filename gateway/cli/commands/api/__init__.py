"""Commands for systems that call the JSON API."""
