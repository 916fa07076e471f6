"""The entities of the paper. Outsiders import from here, never from the modules beneath."""

from posts.models import reading
from posts.models.addresses import Redirect, Slug, is_address
from posts.models.beat import Beat
from posts.models.byline import Byline
from posts.models.check import CHECKS, CheckRule, Draft, Finding, examine
from posts.models.comment import Comment, in_threads
from posts.models.compose import Body, Ready, Said, compose, refresh, render, resolve
from posts.models.counts import MonthCount, articles_by_month, month_bounds, recount, skip
from posts.models.delivery import Backlog, Delivery
from posts.models.edition import (
    JST,
    LASTING,
    Change,
    Composed,
    Edition,
    EditionByline,
    EditionLink,
    EditionPicture,
    EditionQuerySet,
    EditionTag,
    Listing,
    as_of,
    reading_moment,
    retire,
)
from posts.models.event import Event
from posts.models.fixing import Decided, Fix, Seen, Way
from posts.models.imported import ImportedFile
from posts.models.invitation import Invitation
from posts.models.ledger import store
from posts.models.manuscript import TEXTS, Manuscript
from posts.models.media import Media
from posts.models.mergeable import Mergeable, free_slug
from posts.models.merging import Merging, Question
from posts.models.moves import (
    GROUPS,
    MOVES,
    Move,
    Refused,
    Role,
    Status,
    beat_of,
    can,
    may,
    permitted,
    roles,
)
from posts.models.notice import NOTICES, Notice, Preferences, reachable
from posts.models.people import Author
from posts.models.person import ADMINISTRATOR, Person, name_of
from posts.models.post import Post, PostQuerySet
from posts.models.presence import Presence
from posts.models.queue import WINDOW, Queue, last_step
from posts.models.related import relate
from posts.models.relations import Relations
from posts.models.removal import Removal
from posts.models.review_link import DAYS, MOST_DAYS, ReviewLink
from posts.models.revision import Revision
from posts.models.session import LoginFailure, Session
from posts.models.shown import author_names, moved, names_beside, shown, shown_by
from posts.models.site import SiteSettings, absolute, address
from posts.models.taxonomy import Category, Series, Tag, TagAlias, Tagging, tag_key
from posts.models.thinning import thin
from posts.models.timeline import Span, Timeline
from posts.models.title_index import TitlePair
from posts.models.turns import while_no_merge

__all__ = [
    "ADMINISTRATOR",
    "Person",
    "name_of",
    "CHECKS",
    "Decided",
    "Fix",
    "Merging",
    "Question",
    "Seen",
    "TEXTS",
    "Way",
    "DAYS",
    "MOST_DAYS",
    "Draft",
    "Finding",
    "examine",
    "CheckRule",
    "Presence",
    "ReviewLink",
    "Comment",
    "NOTICES",
    "Preferences",
    "Notice",
    "Session",
    "LoginFailure",
    "Invitation",
    "Beat",
    "GROUPS",
    "JST",
    "LASTING",
    "MOVES",
    "Author",
    "Backlog",
    "Body",
    "Byline",
    "Category",
    "Change",
    "Composed",
    "Delivery",
    "Edition",
    "EditionByline",
    "EditionLink",
    "EditionPicture",
    "EditionQuerySet",
    "EditionTag",
    "Event",
    "ImportedFile",
    "Listing",
    "Manuscript",
    "Media",
    "Mergeable",
    "MonthCount",
    "Move",
    "Post",
    "PostQuerySet",
    "Queue",
    "Ready",
    "Redirect",
    "Removal",
    "Relations",
    "Refused",
    "Revision",
    "Role",
    "Said",
    "Series",
    "SiteSettings",
    "Slug",
    "Span",
    "Status",
    "Tag",
    "TagAlias",
    "Tagging",
    "Timeline",
    "TitlePair",
    "WINDOW",
    "absolute",
    "as_of",
    "beat_of",
    "address",
    "articles_by_month",
    "author_names",
    "can",
    "compose",
    "free_slug",
    "in_threads",
    "is_address",
    "last_step",
    "may",
    "month_bounds",
    "moved",
    "names_beside",
    "permitted",
    "reading",
    "reading_moment",
    "recount",
    "reachable",
    "relate",
    "refresh",
    "render",
    "while_no_merge",
    "resolve",
    "retire",
    "roles",
    "shown",
    "shown_by",
    "skip",
    "store",
    "tag_key",
    "thin",
]
