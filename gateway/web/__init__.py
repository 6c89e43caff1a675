"""Web pages: the developer portal at the service's own address, and the base of all pages.

`rendering` and `static/` are shared: tokens.css has the colours and sizes, components.css the parts
that pages are made of. `portal` describes the service to the engineers of partners.
"""
