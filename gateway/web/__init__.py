"""Web pages that describe the service, at its own address. The only home of Jinja."""
