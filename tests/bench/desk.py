"""What the desk waits for: a save, its list of manuscripts, a manuscript to write on."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from tests.bench.figures import Figure, duration
from tests.bench.pace import Times

ADDED = "\n\n測るための一文。"
GROWTH = 2.0  # times, from the smallest corpus to the largest
SLOWEST, QUERIES = 300, 20  # ms of 95 in 100 pages, questions of each
SAME = 1.1  # times
LIST = "/admin/posts/post/"
PAGES = {
    "机": "/admin/",
    "原稿の一覧": LIST,
    "未公開の変更あり": f"{LIST}?publication=changed",
    "公開予定": f"{LIST}?publication=waiting",
    "予定表": f"{LIST}calendar/?month={{:%Y-%m}}",
    "予定表（週）": f"{LIST}calendar/?week={{:%Y-%m-%d}}",
}
PEOPLE = {
    "writer": "ライター",
    "editor": "編集者",
    "bench-beat": "担当のある編集者",
    "chief": "編集長",
}


def measure(runs: int) -> Iterator[Figure]:
    """Measure in this process, each in turn."""
    yield from works(runs)
    yield from pages(2 * runs)
    yield logins(4 * runs)


def works(runs: int) -> Iterator[Figure]:
    """Measure what an administrator does."""
    from posts.models import Post

    posts = Post.objects.filter(kind="article", archived_at=None).order_by("pk")
    post = posts[posts.count() // 2]
    open_ = partial(opened, browser_of("bench"))
    works = {
        "保存": ("原稿を保存し、版を一つふやす", partial(saved, post)),
        "原稿の一覧": (f"{LIST} を開く", partial(open_, LIST)),
        "原稿の一覧（検索）": (
            "一覧を、題に最も多い二文字で絞る",
            partial(open_, f"{LIST}?q={common_word()}"),
        ),
        "原稿を開く": ("書く画面を開く", partial(open_, f"{LIST}{post.pk}/change/")),
    }
    taken = timed({name: work for name, (_, work) in works.items()}, runs)
    for name, (meaning, _) in works.items():
        yield taken[name].figure("desk", name, meaning=meaning, growth=GROWTH)


def common_word() -> str:
    """Return the two letters that most titles have: in every corpus a search for them is full.

    All corpora begin with the same thousand manuscripts.
    """
    from posts.models import Post

    titles = Post.objects.order_by("pk").values_list("title", flat=True)[:1_000]
    pairs = Counter(pair for title in titles for pair in {*map("".join, pairwise(title))})
    return next(pair for pair, _ in pairs.most_common() if pair.isalpha())


def pages(runs: int) -> Iterator[Figure]:
    """Measure the pages on which each role works: the time that 95 in 100 do not exceed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    work, asked, full = {}, {}, full_month()
    for username, role in PEOPLE.items():
        browser = browser_of(username)
        for name, address in {**PAGES, "履歴": history_for(username)}.items():
            what = f"{name}：{role}"
            work[what] = partial(opened, browser, address.format(full))
            work[what]()
            with CaptureQueriesContext(connection) as queries:
                work[what]()
            asked[what] = len(queries)
    for what, taken in timed(work, runs).items():
        slow, usual = (
            1000 * statistics.quantiles(times, n=20, method="inclusive")[-1]
            for times in (taken.seconds, taken.usual)
        )
        meaning = "100 回のうち 95 回はこの時間で返ります"
        told = {"subject": "desk", "name": what, "meaning": meaning}
        told |= {"worst": 1000 * max(taken.seconds), "usual": usual}
        median = f"中央値 {1000 * taken.median:.0f} ms"
        yield Figure(value=slow, bound=SLOWEST, note=median, **told)
        told = {"subject": "queries", "name": what, "meaning": "管理画面"}
        yield Figure(value=asked[what], unit="回", bound=QUERIES, **told)


def logins(runs: int) -> Figure:
    """Return how much longer a wrong password takes for one of these: who exists, who does not."""
    from django.contrib.auth.models import User
    from django.test import Client

    from cms.press import site
    from posts.models.session import LoginFailure

    user = User.objects.get_or_create(username="bench-login", defaults={"is_staff": True})[0]
    user.set_password("right")
    user.save()
    browser = Client(headers={"host": site()})

    def guess(username: str) -> None:
        typed = {"username": username, "password": "wrong"}
        assert browser.post("/admin/login/", typed).status_code == 200
        LoginFailure.objects.all().delete()  # or the guesses would be too many

    work = {name: partial(guess, name) for name in ("bench-login", "bench-nobody")}
    known, unknown = (statistics.median(taken.usual) for taken in timed(work, runs).values())
    return Figure(
        subject="desk",
        name="誤ったパスワード：いる人といない人",
        meaning="長くかかるほうを短いほうで割る：名前があるかどうかを時間で探れないこと",
        value=max(known, unknown) / min(known, unknown),
        unit="倍",
        bound=SAME,
        note=f"{1000 * known:.0f} ms : {1000 * unknown:.0f} ms",
    )


def timed(work: dict[str, Callable[[], object]], runs: int) -> dict[str, Times]:
    """Return what each takes, one after the other in each run."""
    taken = {name: Times() for name in work}
    for turn in range(runs + 1):
        for name, do in work.items():
            spent = duration(do)
            if turn:  # the first time is that of a process that has just started
                taken[name].add(spent)
    return taken


def browser_of(username: str):
    """Return the browser of somebody: an administrator, an editor with a beat, of the demo."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from cms.press import site
    from posts.models import Beat, Category, Edition

    rights = {"is_staff": True, "is_superuser": username == "bench"}
    user, made = User.objects.get_or_create(username=username, defaults=rights)
    if made and username == "bench-beat":
        user.groups.add(Group.objects.get(user__username="editor"))
        first = Edition.objects.filter(category__isnull=False).order_by("pk")[0]
        Beat.objects.create(user=user, category=Category.objects.get(pk=first.category_id))
    browser = Client(headers={"host": site()})
    browser.force_login(user)
    return browser


def full_month() -> date:
    """Return a day of the month with the most articles."""
    from django.db.models import Count

    from posts.models import Edition
    from posts.models.counts import month_bounds

    months = Edition.objects.filter(kind="article").values_list("month")
    most = months.annotate(Count("pk")).order_by("-pk__count", "month")[0]
    return month_bounds(most[0])[0].date() + timedelta(days=14)


def history_for(username: str) -> str:
    """Return the history of a manuscript that somebody may see."""
    from django.contrib.auth.models import User

    from posts.models import Post

    seen = Post.objects.seen_by(User.objects.get(username=username))
    return f"{LIST}{seen.order_by('-pk')[0].pk}/history/"


def opened(browser, address: str) -> None:
    """Open a page of the desk."""
    assert browser.get(address).status_code == 200, address


def saved(post) -> None:
    """Save a manuscript with a new sentence."""
    body = f"{post.body.partition(ADDED)[0]}{ADDED}{time.time_ns()}"
    before = post.version
    post.write(replace(post.manuscript, body=body), by=None)
    assert post.version == before + 1
