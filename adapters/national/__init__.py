"""Records of national systems (JSON, CSV) as permits; the record format is explained in docs/national-records.md."""
