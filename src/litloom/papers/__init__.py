"""Papers: many records, one paper."""
