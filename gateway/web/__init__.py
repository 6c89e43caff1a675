"""Pages for people: what this service offers, told on the service's own address. The only home of Jinja."""
