"""Pages over the question bank."""
