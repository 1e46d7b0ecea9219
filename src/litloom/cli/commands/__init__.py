"""The commands of ``litloom``, one module each."""
