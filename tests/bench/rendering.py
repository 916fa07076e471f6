"""What a page costs that is not kept: queries, rendering, and its first reader's wait."""

import io
import statistics
import time
from collections.abc import Iterator

from tests.bench.figures import Figure, duration, of_times

RUNS = 41
ARTICLES = 10
DEEP = 2_000
DEEP_PAGE = "page 2,000 of a list, or the last"


def measure() -> Iterator[Figure]:
    """Measure in this process, each page removed before by the names that a verb removes."""
    from posts.models import Edition

    rows = Edition.objects.public().filter(kind="article").order_by("-published_at", "-pk")
    count = rows.count()
    some = [rows[count * part // ARTICLES] for part in range(ARTICLES)]
    desk = Desk()
    articles = [(one.get_absolute_url(), f"post:{one.post_id}") for one in some]
    yield from desk.figures("article", articles, bound=6)
    for name, page in lists().items():
        yield from desk.figures(name, [page], bound=10)
    last = min(DEEP, -(-count // 20))
    yield from desk.figures(DEEP_PAGE, [(f"/page/{last}/", "list:articles")])


def lists() -> dict[str, tuple[str, str]]:
    """Return the address of each kind of list, and the name under which its page is removed."""
    from posts.models import Author, Category, Edition, Series, Tag

    public = Edition.objects.public().filter(kind="article")
    month = public.order_by("-published_at").first().month
    found = {"front page": ("/", "list:articles")}
    for model in (Category, Tag, Author, Series):
        row, kind = model.objects.earliest("pk"), model._meta.model_name
        found[kind] = row.get_absolute_url(), f"list:{kind}:{row.pk}"
    year, number = divmod(month, 100)
    return found | {
        "month": (f"/archive/{year}/{number:02}/", f"list:month:{month}"),
        "archive": ("/archive/", "index:month"),
        "all authors": ("/authors/", "index:author"),
        "all series": ("/series/", "index:series"),
        "feed": ("/feed.xml", "list:articles"),
        "index of sitemaps": ("/sitemap.xml", "index:month"),
        "sitemap of a month": (f"/sitemap-{year}-{number:02}.xml", f"sitemap:{month}"),
    }


class Desk:
    """The store with Django behind it, in this process, with a clock between them."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        from cms.press import site
        from posts.models import store
        from posts.pages import Front

        self.django = get_wsgi_application()
        self.rendered = self.computed = 0.0
        self.host, self.store = site(), store()
        cookie = settings.SESSION_COOKIE_NAME
        self.front = Front(self.store, self.render, {self.host}, https=False, cookie=cookie)

    def render(self, environ, start_response):
        """Be the application behind the store, timed."""
        start, computing = time.perf_counter(), time.thread_time()
        answer = self.django(environ, start_response)
        self.rendered = time.perf_counter() - start
        self.computed = time.thread_time() - computing
        return answer

    def read(self, address: str) -> None:
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
        assert b"".join(body), address
        assert heard == ["200 OK"], (address, heard)

    def figures(
        self, name: str, pages: list[tuple[str, str]], bound: float | None = None
    ) -> Iterator[Figure]:
        """Measure pages, each with the name under which it is removed."""
        rendered, waited, computed = [], [], []
        queries = statistics.median(self.queries(*page) for page in pages)
        for turn in range(RUNS):
            address, removed = pages[turn % len(pages)]
            self.remove(removed)
            waited.append(duration(lambda address=address: self.read(address)))
            rendered.append(self.rendered)
            computed.append(self.computed)
        note = f"{queries:.0f} queries, CPU {1000 * statistics.median(computed):.1f} ms"
        yield of_times(f"uncached {name}: rendering", rendered, bound=bound, note=note)
        yield of_times(f"uncached {name}: rendered, packed and kept", waited)

    def remove(self, name: str) -> None:
        """Remove what a verb would."""
        from posts.pages import Removed

        self.store.remove(Removed(names={name}))

    def queries(self, address: str, name: str) -> int:
        """Return how many queries the page needs."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.read(address)
        self.remove(name)
        with CaptureQueriesContext(connection) as captured:
            self.read(address)
        return len(captured)
