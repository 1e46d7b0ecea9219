"""A graph in the files of other programs."""
