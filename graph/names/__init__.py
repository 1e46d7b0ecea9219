"""Names of concepts: spellings, abbreviations, and which of them are one concept."""
