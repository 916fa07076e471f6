"""What the desk waits for: a save, its list of manuscripts, a manuscript to write on."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tests.bench.figures import Figure, duration, of_times

ADDED = "\n\n測るための一文。"
GROWTH = 2.0  # times, from the smallest corpus to the largest


def measure(runs: int) -> Iterator[Figure]:
    """Measure in this process, each in turn."""
    from posts.models import Post

    posts = Post.objects.filter(kind="article", archived_at=None).order_by("pk")
    post = posts[posts.count() // 2]
    open_ = partial(opened, reader())
    works = {
        "保存": ("原稿を保存し、版を一つふやす", partial(saved, post)),
        "原稿の一覧": ("/admin/posts/post/ を開く", partial(open_, "/admin/posts/post/")),
        "原稿の一覧（検索）": (
            "一覧を言葉で絞る",
            partial(open_, f"/admin/posts/post/?q={post.title[:4]}"),
        ),
        "原稿を開く": ("書く画面を開く", partial(open_, f"/admin/posts/post/{post.pk}/change/")),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(runs + 1):
        for name, (_, work) in works.items():
            spent = duration(work)
            if turn:  # the first time is that of a process that has just started
                taken[name].append(spent)
    for name, (meaning, _) in works.items():
        yield of_times("desk", name, taken[name], meaning=meaning, growth=GROWTH)


def reader():
    """Return a browser of somebody who may see all manuscripts."""
    from django.contrib.auth.models import User
    from django.test import Client

    from cms.press import site

    rights = {"is_staff": True, "is_superuser": True}
    browser = Client(headers={"host": site()})
    browser.force_login(User.objects.get_or_create(username="bench", defaults=rights)[0])
    return browser


def opened(browser, address: str) -> None:
    """Open a page of the desk."""
    assert browser.get(address).status_code == 200, address


def saved(post) -> None:
    """Save a manuscript with a new sentence."""
    body = f"{post.body.partition(ADDED)[0]}{ADDED}{time.time_ns()}"
    before = post.version
    post.write(replace(post.manuscript, body=body), by=None)
    assert post.version == before + 1
