"""National sources: rows of files and databases become national records by a described mapping.

A description stands in conf/national; docs/national-sources.md explains it.
"""
