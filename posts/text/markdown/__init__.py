"""An article's Markdown, from the lines outside in to the letters: what Python-Markdown is told."""
