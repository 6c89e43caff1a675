"""Wire formats that rooms share: XML parsers, namespaces, media types, MTOM, heads of HTTP.

The package stands below the rooms, so that a rule on input stands once and is imported.
"""
