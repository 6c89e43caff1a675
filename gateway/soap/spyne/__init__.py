"""Spyne: definition of the operations and dispatch to them. The only package that imports spyne.

Used of Spyne 2.14: its types for messages (`messages`), `rpc` and `ServiceBase` for the operations
(`service`), `Application` and its interface for the map from request element to operation
(`dispatch`), `ProtocolBase` as base of the reader (`request_objects`). A contract test holds this
definition against the published WSDL.

Not used: Spyne's HTTP server, its XML parsing and SOAP protocols, its validation, its faults, its
WSDL. The published WSDL is written by hand; a message is parsed once, by `soap/reading`, and faults
and answers are written by this room.

No type of Spyne leaves the package: callers see `dispatcher` and ParsedRequest.
"""

# Before any module of the package imports spyne.
from gateway.soap.spyne import compat as compat
