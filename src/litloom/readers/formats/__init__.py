"""The file formats that litloom reads, one module each."""
