"""SOAP client for partners' services: the only home of zeep.

`client` arranges an exchange: `messages` writes the request (zeep), `transport` carries it,
`signed_answers` verifies, `envelope` and `answers` read, and the journal has it in every case.
`retry` holds back-off and circuit breakers for the outbox.
"""
