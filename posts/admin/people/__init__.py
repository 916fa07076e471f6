"""The people of the desk: who is here, invitations, one's own settings, the way in."""

from posts.admin.people import desk, inviting

__all__ = ["desk", "inviting"]
