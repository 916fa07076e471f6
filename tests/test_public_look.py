"""What readers see, measured in a browser: the typography contract of the public pages."""

import pytest
from django.template import Context, Template

from posts.models import Author, Category, Manuscript, Media, Post, SiteSettings

LONG = "https://example.jp/" + "a" * 120
BODY = f"""
{"あ" * 200}

これは*強調した文*で、{{転倒桝|てんとうます}}という{"小さな機械の話です。" * 12}

## 長いもの

住所は <{LONG}> です。`{"x" * 120}`

| {" | ".join(f"長い見出しの列{n}" for n in range(12))} |
|{"---|" * 12}
| {" | ".join("値" * 8 for _ in range(12))} |

```python
print("{"長い行" * 60}")
```
"""


@pytest.fixture
def pages():
    """An article with all that is hard to set, and the addresses of the pages that show it."""
    author = Author.objects.create(name="名越ふみ", slug="nagoe")
    category = Category.objects.create(name="技術", slug="tech")
    manuscript = Manuscript(
        title=f"「雨の境目」を測る人たち {LONG}",
        slug="rain",
        body=BODY,
        category=category.pk,
        bylines=((author.pk, ""), (author.pk, "photo")),
    )
    Post.begin(manuscript, by=None).publish(None)
    return ["/", "/posts/rain/", "/categories/tech/", "/authors/", "/archive/", "/nothing/"]


def small(page):
    page.set_viewport_size({"width": 360, "height": 740})


def test_no_page_scrolls_sideways_on_a_small_phone(live_server, page, pages):
    small(page)
    for address in pages:
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address


@pytest.mark.parametrize(("width", "fewest", "most"), [(360, 18, 22), (1280, 36, 40)])
def test_a_line_holds_as_many_characters_as_the_eye_follows(
    live_server, page, pages, width, fewest, most
):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + "/posts/rain/")
    characters = page.evaluate(
        """() => {
            const text = document.querySelector(".prose p").firstChild;
            const range = document.createRange();
            const top = (n) => {
                range.setStart(text, n);
                range.setEnd(text, n + 1);
                return range.getBoundingClientRect().top;
            };
            let n = 0;
            while (top(n) === top(0)) n += 1;
            return n;
        }"""
    )
    assert fewest <= characters <= most


def test_lines_stay_evenly_apart_under_ruby_and_emphasis(live_server, page, pages):
    small(page)
    page.goto(live_server.url + "/posts/rain/")
    ratio, gaps = page.evaluate(
        """() => {
            const paragraph = document.querySelector(".prose p:has(ruby)");
            const style = getComputedStyle(paragraph);
            const range = document.createRange();
            const tops = [...paragraph.childNodes].filter((n) => n.nodeType === 3).flatMap((n) => {
                range.selectNodeContents(n);
                return [...range.getClientRects()].map((box) => Math.round(box.top));
            });
            const lines = [...new Set(tops)].sort((a, b) => a - b);
            return [
                parseFloat(style.lineHeight) / parseFloat(style.fontSize),
                lines.slice(1).map((top, n) => top - lines[n]),
            ];
        }"""
    )
    assert 1.75 <= ratio <= 1.9
    assert len(gaps) > 4
    assert max(gaps) - min(gaps) <= 1  # whole pixels


def test_pages_load_nothing_that_the_policy_refuses(live_server, page, pages):
    said, missing = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda answer: missing.append(answer.url) if answer.status > 399 else None)
    for address in pages[:-1]:
        page.goto(live_server.url + address)
    assert (said, missing) == ([], [])
    page.goto(live_server.url + pages[-1])
    assert missing == [live_server.url + pages[-1]]  # the page itself
    assert not [text for text in said if "Content Security Policy" in text]


def test_the_dark_scheme_is_dark_and_readable(live_server, page, pages):
    read = """() => {
        const rgb = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const ground = getComputedStyle(document.documentElement).backgroundColor;
        const ink = getComputedStyle(document.querySelector(".prose p")).color;
        return [rgb(ground), rgb(ink)];
    }"""
    page.emulate_media(color_scheme="light")
    page.goto(live_server.url + "/posts/rain/")
    light = page.evaluate(read)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(read)
    assert luminance(light[0]) > 0.8 > 0.1 > luminance(dark[0])
    assert contrast(*light) >= 4.5
    assert contrast(*dark) >= 4.5


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.django_db
def test_each_page_has_one_main_heading_and_says_that_it_is_japanese(client, pages):
    for address in pages:
        html = client.get(address).content.decode()
        assert html.count("<h1") == 1, address
        assert '<html lang="ja">' in html


def test_titles_break_between_phrases_and_never_behind_a_bracket():
    template = Template("{% load typography %}{% phrases title %}")
    html = template.render(Context({"title": "Llama 4の「推論性能2倍」は、<何>を変えるのか？"}))
    assert html == (
        'Llama 4の<wbr>「推論性能2<span class="hold">倍」は</span>、<wbr>'
        "&lt;何&gt;を<wbr>変えるのか？"
    )


BOX = """() => {
    const box = document.createElement("search");
    box.innerHTML = '<form><input type="search" size="14"><button>検索</button></form>';
    document.querySelector(".sections").append(box);
}"""


@pytest.mark.parametrize("address", ["/", "/posts/rain/"])
def test_there_is_room_for_a_search_box(live_server, page, pages, address):
    for width in (360, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(live_server.url + address)
        assert page.locator("search, [role=search], [type=search]").count() == 0  # nothing dead
        before = page.locator(".masthead").bounding_box()["height"]
        page.evaluate(BOX)
        grown = page.locator(".masthead").bounding_box()["height"] - before
        assert grown < (48 if width == 360 else 12)
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_in_a_marked_note_stays_readable_under_the_pointer(live_server, page, scheme):
    body = "本文[^1]です。\n\n[^1]: 注は[よそ](https://example.jp/)から引きました。"
    Post.begin(Manuscript(title="題", slug="note", body=body), by=None).publish(None)
    SiteSettings.objects.create(pk=1, accent="#888888")  # made as dark as it has to be, no more
    page.set_viewport_size({"width": 600, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(live_server.url + "/posts/note/")
    page.locator(".footnote-ref").first.click()
    link = page.locator('.footnote li:target a[href^="http"]')
    link.hover()
    ground, ink = page.evaluate(
        """() => [
            getComputedStyle(document.querySelector(".footnote li:target")).backgroundColor,
            getComputedStyle(document.querySelector(".footnote li:target a")).color,
        ].map((colour) => colour.match(/[0-9]+/g).slice(0, 3).map(Number))"""
    )
    assert contrast(ground, ink) >= 4.5, (ground, ink)


def test_sections_have_no_colour_on_paper(live_server, page, pages):
    Category.objects.update(accent="#005588")
    page.goto(live_server.url + "/categories/tech/")
    read = """() => [document.documentElement, document.body, document.querySelector(".card")]
        .map((node) => getComputedStyle(node).getPropertyValue("--accent").trim())"""
    assert "#005588" in page.evaluate(read)[1]
    page.emulate_media(media="print")
    assert page.evaluate(read) == ["#000"] * 3


@pytest.mark.parametrize(("width", "beside"), [(360, False), (768, True)])
def test_an_excerpt_stands_beside_a_picture_where_there_is_room(live_server, page, width, beside):
    fields = {"format": "PNG", "width": 1200, "height": 800, "size": 1, "name": "a.png"}
    cover = Media.objects.create(digest="c" * 64, original="cc/c.png", **fields)
    category = Category.objects.create(name="技術", slug="tech")
    post = Manuscript(title="題", slug="a", body=BODY, category=category.pk, cover=cover.pk)
    Post.begin(post, by=None).publish(None)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(live_server.url + "/categories/tech/")
    excerpt, title, picture = (
        page.locator(part).bounding_box() for part in (".card .excerpt", ".card h2", ".card img")
    )
    assert title["x"] + title["width"] < picture["x"]
    assert (excerpt["x"] + excerpt["width"] < picture["x"]) == beside
    assert (excerpt["y"] < picture["y"] + picture["height"]) == beside


def test_a_title_in_brackets_begins_where_its_other_lines_begin(live_server, page, pages):
    page.goto(live_server.url + "/posts/rain/")
    trim = "(node) => getComputedStyle(node).textSpacingTrim"
    assert page.locator("h1").evaluate(trim) == "trim-start"
    assert page.locator(".prose p").first.evaluate(trim) == "normal"
