"""The demonstration: every construct is shown in an article, and nothing in them is a slip."""

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.db.models import Q

from posts import demo
from posts.colours import parse
from posts.management.commands.serve import Command
from posts.models import Author, Category, Edition, Series, SiteSettings
from posts.text import Linked, hints, problems, render
from posts.theme import stylesheet
from tests.imports.sites import load

DEMO = Path(demo.__file__).parent
ARTICLES = sorted(DEMO.glob("_posts/*.md"))
BODIES = [path.read_text(encoding="utf-8").split("---\n", 2)[2] for path in ARTICLES]
SLUGS = [path.stem[len("2026-08-20-") :] for path in ARTICLES]
POSTS = {slug: Linked(f"/posts/{slug}/", slug) for slug in SLUGS}
RENDERED = [render(body, posts=POSTS) for body in BODIES]
HTML = "\n".join(rendered.html for rendered in RENDERED)

CONSTRUCTS = {
    "a section": r"<h2 id=",
    "a subsection": r"<h3 id=",
    "strong emphasis": r"<strong>",
    "emphasis": r"<em>",
    "圏点": r'<em class="kenten">',
    "ruby for a word": r"<ruby>組見本<rp>",
    "ruby for each character": r"<ruby>志<rp>.*?</rp>賀<rp>",
    "figures that stand upright": r'<span class="tcy">12</span>月',
    "marks that stand upright": r'<span class="tcy">!\?</span>',
    "a strike": r"<s>",
    "a line break": r"<br>",
    "a bulleted list": r"<ul>\s*<li>",
    "a numbered list": r"<ol>\s*<li>",
    "a list in a list": r"<li[^>]*>[^\n]*<ul>",
    "a task that is done": r'<li class="task"><span class="task-box"[^>]* aria-label="完了">',
    "a task that is not": r'<li class="task"><span class="task-box"[^>]* aria-label="未完了">',
    "a definition": r"<dt>[^<]+</dt>\s*<dd>",
    "a definition of two terms": r"</dt>\s*<dt>",
    "a quotation": r"<blockquote>",
    "a table": r'<div class="table-scroll"[^>]*><table>',
    "a column of words": r'<td class="align-left">',
    "a column in the middle": r'<td class="align-center">',
    "a column of figures": r'<td class="align-right">[\d,.]+</td>',
    "code in a sentence": r"[^>]<code>",
    "code": r'<div class="codehilite"><pre><code>',
    "code in colours": r'<pre><span></span><code><span class="',
    "code of a file": r'<figure class="code"><figcaption>[\w.]+</figcaption>',
    "a box": r'<div class="message" role="note">',
    "a box that warns": r'<div class="message alert" role="note">',
    "a part that is folded in": r"<details>\s*<summary>",
    "a picture with its caption": r"<figure><img [^>]*><figcaption>[^<]+</figcaption>",
    "a picture with its credit": r'<figcaption>[^<]+<span class="credit">',
    "a video": r'<figure class="embed"><a [^>]*data-frame=',
    "a post on X": r'<p class="link-card"><a href="https://x\.com/',
    "a link to another site": r'<a href="https://[^>]*rel="noopener">',
    "a link to another article": r'<a href="/posts/[\w-]+/">',
    "a footnote": r'<a class="footnote-ref"',
    "a mark": r"<mark>",
    "a key": r"<kbd>",
}


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_an_article_shows(construct):
    assert re.search(CONSTRUCTS[construct], HTML, re.DOTALL)


def test_notes_are_written_both_ways():
    source = "\n".join(BODIES)
    assert "[^1]:" in source
    assert "^[" in source


def test_an_article_says_where_its_teaser_ends():
    source = next(body for body in BODIES if "<!--more-->" in body)
    assert "more" not in render(source).html


@pytest.mark.parametrize("number", range(len(ARTICLES)), ids=SLUGS)
def test_an_article_has_no_slip(number):
    assert hints(BODIES[number]) == ()
    assert problems(RENDERED[number]) == ()


@pytest.mark.django_db
def test_they_are_imported_without_a_remark_and_every_link_leads_somewhere():
    report = load(DEMO)
    assert [note for result in report.results for note in (*result.notes, *result.broken)] == []
    assert Edition.objects.count() == len(ARTICLES)


@pytest.mark.django_db
def test_its_static_pages_stand_in_the_menu_and_lead_on(client):
    load(DEMO)
    Command().introduce_demo()
    Command().introduce_demo()  # an import that was interrupted begins again
    found = Edition.objects.public().filter(kind="page")
    assert sorted(one.slug for one in found) == sorted(demo.PAGES)
    home = client.get("/").content.decode()
    for one in found:
        assert demo.PAGES[one.slug] == one.title
        assert f'<a href="/{one.slug}/">{one.title}</a>' in home
        links = re.findall(r'href="(/[^"]*)"', one.html)
        assert hints(one.post.manuscript.body) == ()
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    assert "/posts/how-we-correct/" in found.get(slug="policy").html


def test_the_readme_counts_them():
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert f"記事{len(ARTICLES)}本" in readme


@pytest.fixture(scope="module")
def named():
    """The authors, sections and series that the articles name."""
    named = {"author": set(), "section": set(), "series": set()}
    for path in ARTICLES:
        front = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
        named["author"] |= {*front.get("authors", []), front.get("author")} - {None}
        named["section"] |= set(front["categories"])
        named["series"] |= {front.get("series")} - {None}
    return named


def test_every_author_section_and_series_of_the_demo_is_introduced(named):
    assert named["author"] == set(demo.AUTHORS)
    assert named["section"] == set(demo.SECTIONS)
    assert named["series"] == set(demo.SERIES)


@pytest.mark.django_db
def test_a_new_demo_shows_what_is_said_of_them_and_keeps_what_people_change():
    for model, said in (Author, demo.AUTHORS), (Category, demo.SECTIONS), (Series, demo.SERIES):
        model.objects.bulk_create(model(name=name, slug=name) for name in said)
    Command().introduce_demo()
    assert not Author.objects.filter(Q(yomi="") | Q(bio="")).exists()
    assert not Category.objects.filter(Q(accent="") | Q(description="")).exists()
    assert Series.objects.get().finished
    Category.objects.update(accent="#123456")
    Command().introduce_demo()
    assert set(Category.objects.values_list("accent", flat=True)) == {"#123456"}


def test_each_section_of_the_demo_has_a_colour_of_its_own_in_both_schemes():
    written = [section["accent"] for section in demo.SECTIONS.values()]
    rows = [Category(pk=pk, accent=accent) for pk, accent in enumerate(written)]
    chosen = stylesheet(SiteSettings(pk=1), rows).partition("@layer chosen")[2]
    shown = re.findall(r"section-\d+ { --accent: light-dark\((#\w+), (#\w+)\)", chosen)
    assert [light for light, dark in shown] == written  # readable as they are
    for colours in zip(*shown, strict=True):  # and none can be taken for another one
        for one, other in combinations(map(parse, colours), 2):
            assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) >= 60
