"""Manuscripts on the desk: one class, of a part for each thing that people do there."""

from django.contrib import admin

from posts.models import Post

from .bulk import Bulk
from .calendar import Calendars
from .comparing import Comparing
from .fixing import Fixes
from .history import Histories
from .importing import Imports
from .listing import Listing
from .moving import Moves
from .presence import Presences
from .preview import Previews
from .reviewing import Reviews
from .searching import Searching
from .writing import Writing


@admin.register(Post)
class PostAdmin(
    Listing,
    Searching,
    Bulk,
    Writing,
    Previews,
    Fixes,
    Moves,
    Histories,
    Calendars,
    Comparing,
    Presences,
    Reviews,
    Imports,
):
    """The manuscripts that a person may see."""
