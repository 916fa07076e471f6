"""Articles and pictures of an imagined magazine: the project's sample content."""
