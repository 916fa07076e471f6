"""Two or three texts side by side: what changed, and what both changes come to."""
