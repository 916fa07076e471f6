"""What a page costs that is not kept: queries, rendering, and its first reader's wait."""

import io
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from tests.bench.figures import Figure, duration
from tests.bench.pace import Times, slowness

ARTICLES = 10
DEEP = 2_000
PER_PAGE = 20
# What a page may take (ms), how many queries, and how much it may grow with the corpus.
ARTICLE, LIST, QUERIES, LIST_QUERIES, GROWTH = 6, 10, 6, 8, 1.5
DEEPER = 2.0  # times of the first page


@dataclass(slots=True)
class Page:
    """A page, or several of a kind.

    Attributes:
        name: for people.
        meaning: which page that is.
        places: addresses, each with the name of the list, or whatever else it is.
        bound: ms of its rendering, None where another bound holds.
        queries: how many it may need.
        growth: how many times it may take with the largest corpus; None where the page itself
            is longer there, or is another one.
        rendered, waited: what each run after a publication took.
        anew: what each run took while nothing was remembered of the articles on it.
        computed: the seconds of a core that each rendering after a publication took.
    """

    name: str
    meaning: str
    places: list[tuple[str, str]]
    bound: float | None = LIST
    queries: int = LIST_QUERIES
    growth: float | None = GROWTH
    rendered: Times = field(default_factory=Times)
    waited: Times = field(default_factory=Times)
    anew: Times = field(default_factory=Times)
    computed: list[float] = field(default_factory=list)


def measure(runs: int) -> Iterator[Figure]:
    """Measure in this process, a page of each kind in turn, so that all meet the same machine."""
    pages, desk = [*articles(), *lists(), *indexes()], Desk()
    counts = {page.name: desk.queries(page) for page in pages}
    for turn in range(runs):
        for page in pages:
            desk.run(page, *page.places[turn % len(page.places)])
    for page in pages:
        told = {"name": page.name, "meaning": page.meaning, "growth": page.growth}
        note = f"CPU {1000 * statistics.median(page.computed):.1f} ms"
        yield page.rendered.figure("rendering", bound=page.bound, note=note, **told)
        yield page.anew.figure("anew", bound=page.bound, **told)
        yield page.waited.figure("waiting", **told)
        yield Figure(
            subject="queries",
            name=page.name,
            meaning=page.meaning,
            value=counts[page.name],
            unit="回",
            bound=page.queries,
            growth=1,
        )
    yield depth(pages)


def depth(pages: list[Page]) -> Figure:
    """Return how many times of a list's first page its page 2,000 takes."""
    times = {page.name: statistics.median(page.anew.usual) for page in pages}
    return Figure(
        subject="anew",
        name="深いページ ÷ トップ",
        meaning="新着の一覧の 2,000 ページ目（なければ最後）の時間を、1 ページ目で割る",
        value=times["深いページ"] / times["トップ"],
        unit="倍",
        bound=DEEPER,
    )


def articles() -> Iterator[Page]:
    """Yield articles of all years, and a static page."""
    from posts.models import Edition

    rows = Edition.objects.public().filter(kind="article").order_by("-published_at", "-pk")
    some = [rows[rows.count() * part // ARTICLES] for part in range(ARTICLES)]
    places = [(one.get_absolute_url(), f"post:{one.post_id}") for one in some]
    yield Page("記事", f"新旧 {ARTICLES} 本の記事", places, ARTICLE, QUERIES)
    fixed = Edition.objects.public().filter(kind="page").earliest("pk")
    place = fixed.get_absolute_url(), f"post:{fixed.post_id}"
    yield Page("固定ページ", place[0], [place], ARTICLE, QUERIES)


def lists() -> Iterator[Page]:
    """Yield a list of each kind, the most used ones, and how deep the first one goes."""
    from django.db.models import Count

    from posts.models import Author, Category, Edition, Series, Tag

    public = Edition.objects.public().filter(kind="article")
    yield Page("トップ", "新着の一覧", [("/", "list:articles")])
    last = min(DEEP, -(-public.count() // PER_PAGE))
    deep = "新着の一覧の 2,000 ページ目、なければ最後"
    yield Page("深いページ", deep, [(f"/page/{last}/", "list:articles")], growth=None)
    kinds = {"カテゴリー": Category, "タグ": Tag, "著者": Author, "連載": Series}
    for name, model in kinds.items():
        row, kind = model.objects.earliest("pk"), model._meta.model_name
        place = row.get_absolute_url(), f"list:{kind}:{row.pk}"
        yield Page(name, f"{place[0]} の一覧", [place])
    months = public.values_list("month").annotate(count=Count("pk"))
    month, count = months.order_by("-count", "-month")[0]
    year, number = divmod(month, 100)
    place = f"/archive/{year}/{number:02}/", f"list:month:{month}"
    yield Page("月別", "記事の最も多い月の一覧", [place])
    place = f"/sitemap-{year}-{number:02}.xml", f"sitemap:{month}"
    yield Page("月のサイトマップ", f"記事の最も多い月（{count:,} 本）", [place], growth=None)


def indexes() -> Iterator[Page]:
    """Yield what there is one of."""
    from posts.models import Author, Edition, articles_by_month

    public = Edition.objects.public()
    months, authors = len(articles_by_month()), Author.objects.count()
    fixed = public.filter(kind="page").count()
    year = public.filter(kind="article").latest("published_at").month // 100
    yield Page("月別の目次", f"すべての月の数（{months} か月）", [("/archive/", "index:month")])
    yield Page("年別の目次", "一年の月の数", [(f"/archive/{year}/", "index:month")])
    place = "/authors/", "index:author"
    yield Page("著者の目次", f"すべての著者（{authors} 人）", [place], growth=None)
    yield Page("連載の目次", "連載の一覧の 1 ページ目", [("/series/", "index:series")])
    yield Page("フィード", "全文の RSS", [("/feed.xml", "list:articles")])
    yield Page("サイトマップの目次", f"{months} か月", [("/sitemap.xml", "index:month")])
    place = "/sitemap-pages.xml", "sitemap:pages"
    yield Page("固定ページのサイトマップ", f"{fixed:,} ページ", [place], growth=None)


def articles_on(page: bytes) -> list[str]:
    """Return the names of the articles that a page leads to, the uppermost first."""
    from posts.models import Edition

    slugs = re.findall(rb'(?:<a href="|<link>[^<]*)/posts/([^/"<]+)/', page)
    order = [unquote(slug.decode()) for slug in dict.fromkeys(slugs)]
    posts = dict(Edition.objects.public().filter(slug__in=order).values_list("slug", "post"))
    return [f"post:{posts[slug]}" for slug in order if slug in posts]


class Desk:
    """The store with Django behind it, in this process, with a clock between them."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        from cms.press import settle, site
        from posts.models import store
        from posts.pages import Front

        self.django = get_wsgi_application()
        settle()
        self.rendered = self.computed = 0.0
        self.host, self.store = site(), store()
        cookie = settings.SESSION_COOKIE_NAME
        self.front = Front(self.store, self.render, {self.host}, https=False, cookie=cookie)

    def render(self, environ, start_response):
        """Be the application behind the store, timed."""
        computing, start = time.thread_time(), time.perf_counter()
        answer = self.django(environ, start_response)
        self.rendered = time.perf_counter() - start  # first: the other clock takes its time
        self.computed = time.thread_time() - computing
        return answer

    def read(self, address: str) -> bytes:
        """Be a reader of a page."""
        from urllib.parse import unquote_to_bytes

        environ = {
            **{"REQUEST_METHOD": "GET", "QUERY_STRING": "", "SCRIPT_NAME": ""},
            **{"PATH_INFO": unquote_to_bytes(address).decode("latin-1"), "HTTP_HOST": self.host},
            **{"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"},
            **{"wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()},
        }
        heard = []
        body = self.front(environ, lambda status, *rest: heard.append(status))
        whole = b"".join(body)
        assert (heard, bool(whole)) == (["200 OK"], True), address
        return whole

    def run(self, page: Page, address: str, name: str) -> None:
        """Take the times of a page after all articles on it changed, and after one of them did."""
        articles = articles_on(self.read(address))
        self.remove({name, *articles})
        self.read(address)
        page.anew.add(self.rendered, slowness())
        self.remove({name, *articles[:1]})
        waited, slow = duration(lambda: self.read(address)), slowness()
        page.waited.add(waited, slow)
        page.rendered.add(self.rendered, slow)
        page.computed.append(self.computed)

    def remove(self, names: set[str]) -> None:
        """Remove what a verb would."""
        from posts.pages import Removed

        self.store.remove(Removed(names=names))

    def queries(self, page: Page) -> float:
        """Return how many queries a page needs."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        found = []
        for address, name in page.places:
            self.remove({name})
            self.remove({name, *articles_on(self.read(address))})
            self.store.listen()  # to hear of other hosts takes a question, whatever the page
            with CaptureQueriesContext(connection) as captured:
                self.read(address)
            found.append(len(captured))
        return max(found)
