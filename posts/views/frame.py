"""What every public page carries: the settings of the site, its sections, its own address."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from posts.models import Category, Edition, SiteSettings, absolute, shown
from posts.pages import SITE, declare, recall


def show(
    request: HttpRequest,
    template: str,
    address: str,
    *,
    names: Iterable[str] = (),
    editions: Iterable[Edition] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a public page with what each of them carries: the site and its own address.

    `names` and the cards of `editions` are what it shows: a change of them removes it, once stored.
    """
    declare(request, {*names, *shown(editions)}, ends=(one.visible_until for one in editions))
    site, top = recall(request, SITE, masthead)
    context |= {"site": site, "canonical": absolute(address), "sections": top}
    return render(request, template, context, status=status)


def masthead() -> tuple[SiteSettings, list[Category]]:
    """Return what stands over every page: the settings of the site, and its sections."""
    return SiteSettings.load(), sections()


def sections(parent: Category | None = None) -> list[Category]:
    """Return the categories right under `parent` (the top ones) with anything to read in them.

    All categories in one query, each with one look into an index; the tree is small.
    """
    articles = Edition.objects.public().filter(category=OuterRef("pk"), kind="article")
    tree = Category.objects.filter(merged_into=None).annotate(used=Exists(articles))
    above = {one.pk: one.parent_id for one in tree}
    alive: set[int | None] = set()
    for one in tree:
        pk: int | None = one.pk if one.used else None
        while pk and pk not in alive:
            alive.add(pk)
            pk = above.get(pk)
    return [one for one in tree if one.pk in alive and one.parent_id == (parent and parent.pk)]
