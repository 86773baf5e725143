"""The tree of trade unions and their headcounts."""
