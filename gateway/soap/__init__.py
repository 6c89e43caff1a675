"""SOAP endpoint that partners call: SOAP 1.1 and 1.2 in, answer or fault out.

`endpoint` arranges an exchange. `reading` turns bytes into a checked request, `spyne` finds the
operation and calls its use case, `answers` and `faults` write what leaves, `contract` serves WSDL
and XSDs. The journal has each exchange before its answer leaves.
"""
