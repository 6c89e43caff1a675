"""Recordings: exchanges as plain files without secrets, and their replay, comparison and HAR."""
