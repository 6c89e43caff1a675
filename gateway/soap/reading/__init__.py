"""SOAP request reading: bytes to a checked request, each check in a module of its own.

In the order of an exchange: `media_type`, `encoding`, `known_structures`, `xml`, `envelope`,
`soap_action`, `request_schema`. Bounds stand in `limits`.
"""
