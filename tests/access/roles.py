"""The roles that stand before an address, in the order of the tables."""

ROLES = ["anonymous", "outsider", "another_writer", "writer", "editor", "chief", "admin"]
# One editor who is restricted to a category, before three manuscripts: one of their own in
# another category, one of the beat, a foreign one.
ROLES += ["own", "beat", "foreign"]
STRANGERS = ROLES[:2]
LOGIN = 302  # to the login page
KEPT_OUT = [LOGIN, LOGIN]


def to_login(answer):
    """Return whether an answer leads to the login page."""
    return answer.status_code == LOGIN and answer["Location"].startswith("/admin/login/")
