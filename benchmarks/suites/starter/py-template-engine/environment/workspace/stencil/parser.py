"""Makes a tree of nodes out of tokens."""
