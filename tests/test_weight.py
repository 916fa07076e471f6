"""What an article weighs, when it is there, and what a browser fetches ahead."""

import json
from pathlib import Path

import brotli
import pytest
from django.core.management import call_command

from posts import demo
from posts.models import Edition, SiteSettings
from tests.cast import begin

MOST = 40 * 1024
REQUESTS = 3  # the page, its looks, the switch between light and dark
DEMO = Path(demo.__file__).parent

LISTEN = """
window.shifts = [];
window.largest = [];
const hear = (type, told) => new PerformanceObserver((list) => list.getEntries().forEach(told))
    .observe({ type, buffered: true });
hear("layout-shift", (one) => window.shifts.push(one.value));
hear("largest-contentful-paint", (one) =>
    window.largest.push([one.url, one.element?.textContent ?? ""]));
"""


@pytest.fixture
def longest(transactional_db):
    """The address of the demonstration's longest article."""
    call_command("import_posts", str(DEMO), "--publish", verbosity=0)
    return Edition.objects.order_by("-characters").first().get_absolute_url()


@pytest.mark.parametrize(("width", "height"), [(412, 823), (1280, 800)])
def test_the_longest_article_is_light_and_stands_still(live_server, page, longest, width, height):
    asked, bodies = [], {}
    page.on("response", lambda answer: asked.append(answer))
    page.add_init_script(LISTEN)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url + longest, wait_until="networkidle")
    for answer in asked:
        kind = answer.request.resource_type
        if kind in {"document", "stylesheet"}:
            bodies[kind] = len(brotli.compress(answer.body(), quality=5))
    assert set(bodies) == {"document", "stylesheet"}
    assert sum(bodies.values()) <= MOST, bodies
    needed = [one.url for one in asked if one.request.resource_type not in {"image", "other"}]
    assert len(needed) <= REQUESTS, needed
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(300)
    assert sum(page.evaluate("window.shifts")) == 0
    picture, words = page.evaluate("window.largest.at(-1)")
    assert picture == ""
    assert words.strip()


# What is fetched ahead


def rules(client, page="/"):
    """Return the rules that a page names, as their own answer has them."""
    named = client.get(page)["Speculation-Rules"]
    assert named == f'"{named[1:-1]}"'
    answer = client.get(named[1:-1])
    assert answer["Content-Type"] == "application/speculationrules+json"
    assert answer["Cache-Control"] == "public, max-age=86400"
    return json.loads(answer.content)


@pytest.mark.django_db
def test_every_page_names_the_rules_and_nothing_else_does(client, chief):
    post = begin(slug="one")
    post.publish(None)
    for address in ("/", "/posts/one/", "/archive/", "/posts/one/?view=tate"):
        assert client.get(address)["Speculation-Rules"] == '"/prerender.json"'
    read = client.get(post.share(chief, "読者").get_absolute_url())
    assert read.status_code == 200
    assert "Speculation-Rules" not in read
    client.force_login(chief)
    for address in ("/nothing/", "/feed.xml", "/robots.txt", "/admin/", "/theme.css"):
        assert "Speculation-Rules" not in client.get(address), address
    preview = client.get(f"/admin/posts/post/{post.pk}/preview/")
    assert preview.status_code == 200
    assert "Speculation-Rules" not in preview


@pytest.mark.django_db
def test_they_are_moderate_and_of_this_site_alone(client):
    begin(slug="one").publish(None)
    [rule] = rules(client)["prerender"]
    assert rule["eagerness"] == "moderate"
    assert rule["where"]["and"][0] == {"href_matches": ["/", "/*/"]}


@pytest.mark.django_db
def test_nothing_is_rendered_ahead_where_readers_are_counted(client):
    begin(slug="one").publish(None)
    SiteSettings.objects.create(pk=1, analytics="https://stats.example/s.js")
    assert set(rules(client)) == {"prefetch"}


LINKS = {
    "article": "/posts/two/",
    "list": "/archive/",
    "page": "/about/",
    "admin": "/admin/",
    "review": "/review/secret/",
    "feed": "/feed.xml",
    "elsewhere": "https://other.example/posts/two/",
}


def test_a_browser_takes_them_and_leaves_the_rest(live_server, page):
    body = "\n\n".join(f"[{name}]({address})" for name, address in LINKS.items())
    begin(slug="one", body=body).publish(None)
    begin(slug="two").publish(None)
    begin(slug="about", kind="page").publish(None)
    session, told, sets = page.context.new_cdp_session(page), set(), []
    session.on("Preload.ruleSetUpdated", lambda event: sets.append(event["ruleSet"]))
    session.on(
        "Preload.preloadingAttemptSourcesUpdated",
        lambda event: told.update(one["key"]["url"] for one in event["preloadingAttemptSources"]),
    )
    session.send("Preload.enable")
    page.goto(live_server.url + "/posts/one/")
    page.wait_for_function("document.readyState === 'complete'")
    page.wait_for_timeout(500)
    assert [one.get("errorMessage") for one in sets] == [None]
    paths = {url.removeprefix(live_server.url) for url in told}
    assert {"/posts/two/", "/archive/", "/about/", "/"} <= paths
    left = {LINKS[name] for name in ("admin", "review", "feed", "elsewhere")}
    assert not paths & (left | {"/posts/one/?view=tate"})  # nofollow: another view of the page
    assert all(path.startswith("/") for path in paths)


def test_a_page_is_there_before_it_is_asked_for(live_server, page):
    begin(slug="one", body="[次](/posts/two/)").publish(None)
    begin(slug="two").publish(None)
    page.goto(live_server.url + "/posts/one/")
    # The page's own icon may be asked for as late as now.
    with page.context.expect_event(
        "request", lambda asked: "/posts/" in asked.url, timeout=10_000
    ) as ahead:
        page.locator('.prose a[href="/posts/two/"]').hover()
    assert ahead.value.url.startswith(live_server.url + "/posts/two/")
