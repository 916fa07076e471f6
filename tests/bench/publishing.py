"""From the click to the readers: an article is published, and every page that shows it is read."""

import http.client
import os
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from tests.bench.figures import Figure
from tests.bench.pace import Times, slowness

BOUND = 200  # ms, with the save


def measure(runs: int) -> Iterator[Figure]:
    """Publish articles beside a running server."""
    from posts.models import Tag

    tag = Tag.objects.filter(merged_into=None).order_by("pk").first()
    assert tag is not None
    saves, waits = Times(), Times()
    publication(0, tag)
    for number in range(1, runs + 1):
        (saved, seen), slow = publication(number, tag), slowness()
        saves.add(saved, slow)
        waits.add(seen, slow)
    yield saves.figure("publishing", "公開の操作", meaning="新しい原稿を保存し、公開する")
    meaning = "操作から、記事・トップ・タグ・フィード・サイトマップのすべてに出るまで（同じ計算機）"
    yield waits.figure("publishing", "公開して見えるまで", meaning=meaning, bound=BOUND)


def publication(number: int, tag) -> tuple[float, float]:
    """Publish an article; return the seconds until the verbs are done and until it is seen."""
    from posts.models import JST, Manuscript, Post

    slug = f"bench-{time.time_ns()}"
    body = "測るための本文です。\n\n" * 40
    manuscript = Manuscript(title=f"Bench{number}", body=body, slug=slug, tags=(tag.pk,))
    sitemap = f"/sitemap-{datetime.now(JST):%Y-%m}.xml"
    shown = ["/", tag.get_absolute_url(), "/feed.xml", sitemap, f"/posts/{slug}/"]
    for address in shown:
        read(address)
    start = time.perf_counter()
    post = Post.begin(manuscript, by=None)
    post.publish(None)
    saved = time.perf_counter() - start
    for address in shown:
        assert slug.encode() in read(address), address
    seen = time.perf_counter() - start
    post.unpublish(None)
    return saved, seen


def read(address: str) -> bytes:
    """Return what a reader gets."""
    server = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=60)
    with closing(server):
        server.request("GET", address)
        return server.getresponse().read()
