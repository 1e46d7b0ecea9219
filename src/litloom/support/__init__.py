"""What has nothing to do with papers: files, processes, memory, printable text."""
