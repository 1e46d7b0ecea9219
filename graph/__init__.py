"""The room where concepts become a graph: its weaving, its stores, its links and its views."""
