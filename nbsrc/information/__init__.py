"""Information: how much one thing tells about another, and what layers keep of it."""
