"""What public pages show, by name, and what a change of the editions changes on them.

`post:12`, `author:3`, `tag:3`, `series:3`, `media:3` name what a page shows; `list:…` a list, which
changes when something comes into it or goes; `index:…` a list of lists; `end:…` an article with
nothing before or behind it; `candidate:…` an article that would be named if others were hidden, or
it were shown; `site` is on every page.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from posts.models.edition import Composed, Edition
from posts.models.people import Author
from posts.models.reading import Companion, neighbours
from posts.models.taxonomy import Category
from posts.pages import SITE, Removed, in_microseconds

# No transaction lasts longer; a boundary so near may pass before another one commits.
_MARGIN = timedelta(minutes=1)

# Names


def shown(editions: Iterable[Edition]) -> set[str]:
    """Return the names of what the cards of these editions show."""
    names: set[str] = set()
    for edition in editions:
        names.add(f"post:{edition.post_id}")
        names |= {f"author:{row.pk}" for row in edition.signed}
        if edition.cover_id:
            names.add(f"media:{edition.cover_id}")
    return names


def shown_by(composed: Composed) -> set[str]:
    """Return the names of what the page of an article shows besides the article itself."""
    edition = composed.edition
    names = {f"tag:{row.tag_id}" for row in composed.tags}
    for row in composed.bylines:
        names |= author_names(row.author)
    if edition.cover_id:
        names.add(f"media:{edition.cover_id}")
    if edition.series_id:
        names |= {f"series:{edition.series_id}", f"list:series:{edition.series_id}"}
    return names


def author_names(author: Author) -> set[str]:
    """Return the names of what is shown of an author."""
    portrait = {f"media:{author.portrait_id}"} if author.portrait_id else set()
    return {f"author:{author.pk}"} | portrait


def names_beside(before: Companion | None, behind: Companion | None) -> set[str]:
    """Return the names of what an article says of those before and behind it."""
    return {
        f"post:{before.post_id}" if before else "end:older",
        f"post:{behind.post_id}" if behind else "end:newer",
    }


def _lists(composed: Composed | None) -> set[str]:
    """Return the names of the lists that hold an edition."""
    if composed is None:
        return set()
    edition = composed.edition
    if edition.kind == "page":
        return {"list:pages"}
    names = {"list:articles", f"list:month:{edition.month}"}
    names |= {f"list:category:{pk}" for pk in Category.above(edition.category_id)}
    names |= {f"list:tag:{row.tag_id}" for row in composed.tags}
    names |= {f"list:author:{row.author_id}" for row in composed.bylines}
    if edition.series_id:
        names.add(f"list:series:{edition.series_id}")
    return names


def _sitemaps(editions: Iterable[Edition]) -> set[str]:
    """Return the names of the sitemaps that hold these editions."""
    return {f"sitemap:{'pages' if one.kind == 'page' else one.month}" for one in editions}


def _indexes(lists: Iterable[str]) -> set[str]:
    """Return the names of the indexes that name these lists."""
    kinds = {name.split(":")[1] for name in lists}
    return {f"index:{kind}" for kind in kinds & {"author", "series", "month"}}


# What changes what


def moved(before: Composed | None, after: Composed | None, now: datetime) -> Removed:
    """Return what it changes that readers saw `before` of a post, and see `after` from `now` on."""
    editions = [composed.edition for composed in (before, after) if composed]
    if not editions:
        return Removed()
    post = f"post:{editions[0].post_id}"
    changed = _lists(before) ^ _lists(after)
    if before and after and before.edition != after.edition and _has_twins(after.edition):
        changed = _lists(before) | _lists(after)
    removed = Removed({post, *_sitemaps(editions)} | changed | _indexes(changed))
    if not after:
        removed.withdrawn.add(post)
    if not (before and after):
        removed.names.add(f"candidate:{editions[0].post_id}")
    if editions[0] != editions[-1] or not (before and after):
        removed.boundaries.add(in_microseconds(now))
    if "list:articles" in changed:
        removed.names.update(*(_around(edition, now) for edition in editions))
    if any(_alone(one, now) for one in editions if _changes_category(one, changed)):
        removed.names.add(SITE)
    return removed


def _has_twins(edition: Edition) -> bool:
    """Say whether others have its moment: among them the newest edition stands first in lists."""
    same = Edition.objects.filter(kind=edition.kind, published_at=edition.published_at)
    return same.filter(retired=False).exclude(post=edition.post_id).exists()


def _changes_category(edition: Edition, changed: set[str]) -> bool:
    return f"list:category:{edition.category_id}" in changed


def _around(edition: Edition, now: datetime) -> set[str]:
    """Return the names of the articles that have this one before or behind them.

    Now and in a minute: one of them may open or close by itself before this commits.
    """
    names = names_beside(*neighbours(edition, now))
    soon = (now, now + _MARGIN)
    near = Q(visible_from__range=soon) | Q(visible_until__range=soon)
    if Edition.objects.filter(near).exists():
        names |= names_beside(*neighbours(edition, soon[1]))
    return names


def _alone(edition: Edition, now: datetime) -> bool:
    """Say whether its category may be shown in the masthead because of this edition alone."""
    others = Edition.objects.public(now).filter(category=edition.category_id, kind="article")
    steady = others.filter(
        Q(visible_until=None) | Q(visible_until__gt=now + _MARGIN),
        visible_from__lte=now - _MARGIN,
    )
    return not steady.exclude(post=edition.post_id).exists()


def turned(edition: Edition, now: datetime) -> Removed:
    """Return what it changes that an edition opened or closed by itself around `now`."""
    lists, post = _lists(edition.composed), f"post:{edition.post_id}"
    candidate = f"candidate:{edition.post_id}"
    removed = Removed({post, candidate, *_sitemaps([edition])} | lists | _indexes(lists))
    if not Edition.objects.public(now).filter(post=edition.post_id).exists():
        removed.withdrawn.add(post)
    if edition.kind == "article":
        removed.names |= _around(edition, now)
    if edition.category_id and _alone(edition, now):
        removed.names.add(SITE)
    return removed
