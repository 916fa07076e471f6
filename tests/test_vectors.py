"""No text that somebody typed into a short field runs anywhere: readers' pages, desk, feeds.

Every vector is typed into every short field. Pages are read twice: by a parser, which finds what
a browser would run if nothing forbade it, and in Chromium, which tells what it ran or refused.
"""

import json
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from posts.admin.post.bulk import BULK
from posts.models import (
    Author,
    Category,
    CheckRule,
    Comment,
    Invitation,
    Media,
    Post,
    Role,
    Series,
    SiteSettings,
    Tag,
)
from tests.admin.desk import ADD, LIST, at, form
from tests.cast import begin, minute, person
from tests.test_admin_look import enter
from tests.test_media import plain

VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//x.example/x.js></script>",
    "<scr<script>ipt>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror=alert`1`//",
    "<img src=javascript:alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover=alert(1) x="',
    "' onmouseover=alert(1) x='",
    '" autofocus onfocus=alert(1) x="',
    "` onmouseover=alert(1) x=`",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1)>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](x){onerror=alert(1)}",
    "<form action=javascript:alert(1)><input type=submit>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<style>*{background:url(//x.example)}</style>",
    "<link rel=stylesheet href=//x.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//x.example>",
    "<base href=//x.example/>",
    "{{ 7|add:'7' }}{% debug %}${alert(1)}",
    "＜script＞alert(1)＜/script＞",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
COUNT = len(VECTORS)
EVERY = range(COUNT)


@pytest.fixture
def paper(writer, editor):
    """An article for each vector, with the vector in everything that somebody types."""
    for user, name in ((writer, VECTORS[9]), (editor, VECTORS[0])):
        user.first_name = user.last_name = name[:30]
        user.save()
    return [_article(number, vector, writer, editor) for number, vector in enumerate(VECTORS)]


def _article(number, vector, writer, editor):
    media = Media.keep(
        plain(size=(8, 8 + number)), vector + ".png", alt=vector, caption=vector, credit=vector
    )
    author = Author.objects.create(
        name=vector, yomi=vector, title=vector[:50], bio=vector, slug=f"a{number}", portrait=media
    )
    category = Category.objects.create(
        name=vector[:50], slug=f"c{number}", description=vector, disclosure=vector
    )
    series = Series.objects.create(name=vector, slug=f"s{number}", description=vector)
    tag = Tag.objects.create(name=f"{number}{vector}", yomi=vector, slug=f"t{number}")
    tag.aliases.create(name=f"別{number}{vector}")
    text = {"title": vector, "deck": vector, "excerpt": vector, "slug": f"v{number}"}
    text |= {"category": category.pk, "series": series.pk, "tags": (tag.pk,), "cover": media.pk}
    text |= {"bylines": ((author.pk, vector[:20]),), "front_matter": {vector: vector}}
    post = begin(writer, body=f"本文。\n\n![{vector}]({media.url})", **text)
    post.submit(writer, note=vector)
    post.return_(editor, note=vector)
    post.publish(None, now=minute(number))
    manuscript = replace(post.manuscript, title=f"{vector} 2", deck=f"{vector} 2")
    post.write(manuscript, by=editor, base=post.version, note=vector)
    post.publish(None, kind="correction", note=vector, now=minute(number + 100))
    post.write(replace(manuscript, title=f"{vector} 3"), by=editor, base=post.version, note=vector)
    post.write(replace(manuscript, title=f"{vector} 4"), by=writer, base=1, note=vector)
    post.share(editor, vector)
    Comment.objects.create(
        post=post, by=editor, at=minute(3), body=vector, revision=1, quote=vector, before=vector
    )
    return post


PUBLIC = ["/", "/page/2/", "/page/3/", "/authors/", "/series/", "/archive/", "/nothing/"]
PUBLIC += ["/archive/2026/04/"]
OF_EACH = ["/posts/v{}/", "/categories/c{}/", "/tags/t{}/", "/authors/a{}/", "/series/s{}/"]
TABLES = ["post", "tag", "category", "series", "author", "media", "event", "checkrule"]
TABLES += ["delivery", "redirect", "person", "invitation", "category/order", "post/calendar"]
TABLES += ["redirect/add", "redirect/paste", "post/add", "sitesettings/1/change", "invitation/add"]
SCRIPT = "%3Cscript%3Ealert(1)%3C/script%3E"
ADMIN = ["/admin/", *(f"/admin/posts/{name}/" for name in TABLES)]
ADMIN += ["/admin/notices/", "/admin/notices/settings/", "/admin/me/", "/admin/reset/"]
ADMIN += [f"{LIST}?q={SCRIPT}", f"{LIST}?queue=mine", f"{LIST}calendar/?q={SCRIPT}&month={SCRIPT}"]
ADMIN += [f"/admin/posts/event/?q={SCRIPT}", f"/admin/posts/redirect/try/?path={SCRIPT}"]
PAGES = ["change/", "preview/", "history/", "move/publish/", "move/unpublish/"]
PAGES += ["compare/?from=1&to=2", "compare/?from=1&to=live", "merge/?revision=4", "review/"]
PAGES += ["share/"]
PERSON = ["change", "role", "mail", "sessions", "stop"]
MODELS = [Tag, Category, Series, Author, Media]


class Live(HTMLParser):
    """Finds what a browser would run, load or follow in a page."""

    FOREIGN = {"iframe", "object", "embed", "base", "math", "style", "frame", "animate", "template"}
    FOREIGN |= {"noscript"}
    ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "poster"}

    LIVE = ("javascript:", "data:", "vbscript:", "//x.example", "https://x.example")

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        plain = {name: "".join((value or "").split()).lower() for name, value in attributes}
        live = [name for name in names if name.startswith("on") or name == "srcdoc"]
        live += [
            name
            for name, value in plain.items()
            if name in self.ADDRESSES and value.startswith(self.LIVE)
        ]
        typed = plain.get("type", "")
        ours = plain.get("src", "").startswith(("/static/", "/admin/jsi18n/")) or typed.startswith(
            "application/"
        )
        if tag in self.FOREIGN or "<" in tag or live or (tag == "script" and not ours):
            self.found.append(self.get_starttag_text())
        if plain.get("http-equiv") == "refresh" or plain.get("src", "").startswith("x"):
            self.found.append(self.get_starttag_text())


def live(client, address, **posted):
    """Return what is live in the page at an address; it has to be a page."""
    answer = client.post(address, posted) if posted else client.get(address)
    expected = 404 if address == "/nothing/" else 200
    assert answer.status_code == expected, f"{address}: {answer.status_code}"
    return Live(answer.content.decode()).found


@pytest.mark.parametrize("vector", VECTORS)
def test_the_parser_finds_what_it_looks_for(vector):
    harmless = ("javascript:alert", "[x]", "![x]", "{{", "＜", '" ', "' ", "` ")
    assert bool(Live(f"<p>{vector}<p>").found) != vector.startswith(harmless)


@pytest.mark.django_db
def test_nothing_is_live_on_public_pages(client, paper):
    addresses = [*PUBLIC, *(way.format(number) for way in OF_EACH for number in EVERY)]
    addresses += [post.review_links.get().get_absolute_url() for post in paper]
    assert {one: found for one in addresses if (found := live(client, one))} == {}


@pytest.mark.django_db
def test_nothing_is_live_on_the_desk(client, paper, admin):
    client.force_login(admin)
    SiteSettings.objects.create(pk=1, name=VECTORS[0])
    addresses = [*ADMIN, *(at(post, page) for post in paper for page in PAGES)]
    addresses += [
        f"/admin/posts/{model._meta.model_name}/{one.pk}/{page}/"
        for model in MODELS
        for one in model.objects.all()
        for page in (("change",) if model is Media else ("change", "merge"))
    ]
    assert {one: found for one in addresses if (found := live(client, one))} == {}
    assert len(addresses) > 500


@pytest.mark.django_db
def test_nothing_is_live_on_the_pages_about_people(client, admin):
    client.force_login(admin)
    for number, vector in enumerate(VECTORS):
        user = person(f"user{number}", Role.EDITOR, last_name=vector, first_name=vector)
        sent = Invitation.send(f"i{number}@example.jp", Role.WRITER, by=admin, name=vector[:100])
        Author.objects.create(name=vector, slug=f"a{number}", user=user)
        pages = [f"person/{user.pk}/{page}/" for page in PERSON]
        pages += [f"invitation/{sent.pk}/revoke/"]
        assert not [page for page in pages if live(client, f"/admin/posts/{page}")], vector


@pytest.mark.django_db
def test_nothing_is_live_before_something_is_merged_or_cleared_away(client, paper, admin):
    client.force_login(admin)
    found = {}
    for model in (Tag, Category, Series, Author):
        table, pks = (
            f"/admin/posts/{model._meta.model_name}/",
            list(model.objects.values_list("pk")),
        )
        pages = [f"{table}{one}/merge/?into={other}" for (one,), (other,) in pairwise(pks)]
        pages += [f"{table}{pk}/delete/" for (pk,) in pks]
        found |= {page: says for page in pages if (says := live(client, page))}
        several = {"action": "discard", "_selected_action": [pk for (pk,) in pks]}
        found |= {f"{table} discard": says} if (says := live(client, table, **several)) else {}
    assert found == {}


@pytest.mark.django_db
def test_nothing_is_live_on_exceptions_from_the_checks(client, paper, admin):
    client.force_login(admin)
    rules = "/admin/posts/checkrule/"
    made = [
        CheckRule.objects.create(check_name="title", level="off", category=one)
        for one in Category.objects.all()
    ]
    pages = [
        rules,
        *(f"{rules}{rule.pk}/{page}/" for rule in made for page in ("change", "delete")),
    ]
    assert {one: found for one in pages if (found := live(client, one))} == {}


@pytest.mark.django_db
def test_nothing_is_live_where_many_are_moved(client, paper, chief):
    client.force_login(chief)
    pks = [post.pk for post in paper]
    versions = {f"version-{post.pk}": post.version for post in paper}
    for move in BULK:
        address = f"{LIST}bulk/{move}/"
        assert not live(client, f"{address}?{urlencode({'pk': pks}, doseq=True)}"), move
        assert not live(client, address, pk=pks, note=VECTORS[9], **versions), move


@pytest.mark.django_db
def test_nothing_is_live_in_a_correction(client, paper, chief):
    client.force_login(chief)
    for post, vector in zip(paper, VECTORS, strict=True):
        post.refresh_from_db()
        seen = {"live": post.live().version, "head": post.version, "waiting": 0}
        typed = {**dict.fromkeys(("title", "deck", "excerpt"), f"{vector} 5"), "body": vector}
        address = at(post, "move/fix/")
        assert not live(client, address), vector
        for step in ("_look", "_back", "_publish"):
            sent = {**typed, **seen, step: "1", "note": "", "kind": vector}
            assert not live(client, address, **sent), f"{step}: {vector}"


@pytest.mark.django_db
def test_nothing_is_live_in_the_report_of_an_import(client, chief):
    client.force_login(chief)
    for number, vector in enumerate(VECTORS):
        front = json.dumps({"title": vector, "tags": [vector], vector: vector})
        file = SimpleUploadedFile(
            f"2024-01-02-{number}{vector}.md", f"---\n{front}\n---\n本文".encode()
        )
        for dry_run in ("on", ""):
            file.seek(0)
            sent = {"source": file, "state": "", "dry_run": dry_run}
            assert not live(client, f"{LIST}import/", **sent), vector


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [["title", "deck", "excerpt", "tags", "body"], ["slug"]])
def test_nothing_is_live_in_what_the_form_gives_back(client, paper, editor, fields):
    client.force_login(editor)
    post = paper[0]
    for vector in VECTORS:
        stale = form(post, base="1", **dict.fromkeys(fields, vector))
        # Without a date the form is shown again, with all that was typed.
        wrong = {**stale, "base": "0", "planned_on": vector}
        for address, typed in ((at(post), stale), (at(post, "preview/"), stale), (ADD, wrong)):
            answer = client.post(address, typed, follow=True)
            assert answer.status_code in {200, 409, 422}, address
            assert not Live(answer.content.decode()).found, f"{address}: {vector}"
    assert Post.objects.count() == COUNT


@pytest.mark.django_db
def test_nothing_is_live_in_what_a_move_gives_back(client, paper, chief):
    client.force_login(chief)
    for vector in VECTORS:
        post = begin(title=vector, slug="")
        for move in ("submit", "return_", "archive"):
            found = live(client, at(post, f"move/{move}/"))
            assert not found, f"{move}: {vector}"
            client.post(at(post, f"move/{move}/"), {"note": vector})
        assert not live(client, at(post, "history/"))


@pytest.mark.django_db
def test_nothing_is_live_in_the_name_of_the_site(client, paper):
    site = SiteSettings.objects.create(pk=1)
    for vector in VECTORS:
        site.name, site.tagline, site.publisher = vector[:60], vector, vector
        site.save()
        assert not live(client, "/") + live(client, "/posts/v0/"), vector


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/feed.xml", "/sitemap.xml", "/sitemap-2026-04.xml"])
def test_what_machines_read_is_well_formed(client, paper, address):
    root = ElementTree.fromstring(client.get(address).content)
    assert not [
        one.tag for one in root.iter() if one.tag in {"script", "img", "svg", "a", "iframe"}
    ]
    for one in root.iter("{http://purl.org/rss/1.0/modules/content/}encoded"):
        assert not Live(one.text).found


HEARD = """
window.heard = [];
document.addEventListener('securitypolicyviolation', event =>
    window.heard.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
for (const name of ['alert', 'confirm', 'prompt', 'print'])
    window[name] = () => window.heard.push(name);
"""
LIVE = """() => [...document.querySelectorAll('*')].flatMap(element =>
    [...element.attributes].filter(({name, value}) =>
        name.startsWith('on') || /^\\s*(javascript|vbscript|data:text)/i.test(value)
        && ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(name)
    ).map(({name}) => `${element.tagName} ${name}`)).concat(window.heard)"""


def test_chromium_runs_nothing(live_server, page, paper, admin):
    SiteSettings.objects.create(pk=1, name=VECTORS[9], tagline=VECTORS[0], publisher=VECTORS[19])
    enter(page, live_server, admin)
    page.add_init_script(HEARD)
    dialogs, asked = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    addresses = [*PUBLIC, *ADMIN]
    addresses += [way.format(number) for number in EVERY for way in OF_EACH[:1]]
    addresses += [way.format(number) for number in range(0, COUNT, 12) for way in OF_EACH[1:]]
    addresses += [at(post, part) for post in paper[::10] for part in PAGES]
    addresses += [
        f"/admin/posts/{model._meta.model_name}/{one.pk}/change/"
        for model in MODELS
        for one in model.objects.all()[::12]
    ]
    addresses += [post.review_links.get().get_absolute_url() for post in paper[::12]]
    found = {}
    for address in addresses:
        page.goto(live_server.url + address)
        if said := page.evaluate(LIVE):
            found[address] = said
    assert not found
    assert not dialogs
    assert not [url for url in asked if not url.startswith(live_server.url)]


def test_chromium_hears_what_would_run(page):
    page.add_init_script(HEARD)
    page.goto("data:text/html,<img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a>")
    page.wait_for_function("window.heard.length > 0")
    assert {"alert", "IMG onerror", "A href"} <= set(page.evaluate(LIVE))
