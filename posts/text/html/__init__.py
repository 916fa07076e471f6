"""What becomes of the HTML: cleaned, its links and pictures found, its type set."""
