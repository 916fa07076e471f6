"""縦書き: the article in vertical lines, at an address of its own, with and without script."""

import re

import pytest

from posts.models import Edition
from posts.text import upright
from tests.cast import begin

LINES = "雨の降る町と降らない町の境目を測る。" * 400


@pytest.fixture
def article(db):
    """A long article with what stays horizontal."""
    begin(
        title="「雨の境目」を12月に測る",
        slug="rain",
        deck="30分おきに、1台ずつ。",
        body=f"{LINES}\n\n```\ncode\n```\n\n| 列 | 列 |\n|---|---|\n| 値 | 値 |\n\n{LINES}",
    ).publish(None)
    return "/posts/rain/?view=tate"


def test_short_numbers_of_the_head_stand_upright_there_and_nowhere_else(client, article):
    plain = client.get("/posts/rain/").content.decode()
    down = client.get(article).content.decode()
    head = re.search(r'<header class="article-head.*?</header>', down, re.DOTALL)[0]
    assert '<span class="tcy">12</span>' in head
    assert '<span class="tcy">30</span>' in head
    assert head.count("<h1>") == 1
    assert "<title>「雨の境目」を12月に測る" in down
    assert 'class="tcy">30<' not in plain


def test_each_way_leads_to_the_other_and_search_engines_know_one(client, article):
    across, down = client.get("/posts/rain/").content.decode(), client.get(article).content.decode()
    link = '<a class="direction" href="/posts/rain/{}" rel="nofollow">{}</a>'
    assert link.format("?view=tate", "縦書きで読む") in across
    assert link.format("", "横書きで読む") in down
    for page in (across, down):
        assert '<link rel="canonical" href="http://testserver/posts/rain/">' in page


@pytest.mark.parametrize("query", ["?view=yoko", "?view=", "?VIEW=tate", "?view=tate&view=x"])
def test_any_other_view_is_the_usual_one(client, article, query):
    assert "横書きで読む" not in client.get("/posts/rain/" + query).content.decode()


def test_what_is_upright_already_stays_as_it_is():
    html = '<p>12月<span class="tcy">12</span>日<a href="/12/">34</a>日</p>'
    once = upright(html)
    assert once.count("tcy") == 3
    assert upright(once) == once
    assert 'href="/12/"' in once


SCROLL = """() => {
    const box = document.querySelector(".article");
    const style = getComputedStyle(box);
    return [style.writingMode, box.scrollLeft, box.scrollWidth - box.clientWidth];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_it_begins_at_the_right_and_goes_leftwards(live_server, page, article, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + article)
    mode, left, room = page.evaluate(SCROLL)
    assert mode == "vertical-rl"
    assert left == 0
    assert room > 2 * width
    assert page.evaluate("document.documentElement.scrollWidth") == width
    box, first = (page.locator(name).first.bounding_box() for name in (".article", "h1"))
    assert first["x"] > box["x"] + box["width"] / 2


def test_wheel_and_keys_turn_leftwards(live_server, page, article):
    page.set_viewport_size({"width": 1000, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + article)
    page.mouse.move(500, 400)
    page.mouse.wheel(0, 300)
    page.wait_for_function("document.querySelector('.article').scrollLeft < -100")
    before = page.evaluate(SCROLL)[1]
    page.keyboard.press("PageDown")
    page.wait_for_function(f"document.querySelector('.article').scrollLeft < {before} - 400")
    page.keyboard.press("PageUp")
    page.wait_for_function(f"document.querySelector('.article').scrollLeft > {before} - 100")
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("selector", ["pre", ".table-scroll"])
def test_code_and_tables_stay_horizontal(live_server, page, article, selector):
    page.goto(live_server.url + article)
    mode = "(node) => getComputedStyle(node).writingMode"
    assert page.locator(f".prose {selector}").first.evaluate(mode) == "horizontal-tb"


def test_it_can_be_read_without_script(live_server, browser, article):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(live_server.url + article)
        box = page.locator(".article").bounding_box()
        assert page.locator("h1").bounding_box()["x"] > box["x"] + box["width"] / 2
    assert Edition.objects.count() == 1
