"""Conformance kit: test cases of the wire contract, run against a partner's service or client.

A case is a row of data in `cases`: request, expectation, cause and cure. `run` sends the requests,
`checks` judge the answers, `report` writes the scored result for a person and for programs.
"""
