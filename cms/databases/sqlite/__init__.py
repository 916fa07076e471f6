"""Django's database of this name, with stored pages."""
