"""Names and addresses: when two are the same, in what order they stand, how they look in a URL."""
