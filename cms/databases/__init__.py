"""Django's databases, which take stored pages away where a transaction commits."""
