"""Videos and slides: nothing is asked of another site before the reader asks for it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from posts.models import Edition
from posts.text.html import embeds
from tests.cast import begin

FRAME = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=90"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def figure(frame, href=VIDEO):
    """Return the figure of a video as an article has it."""
    link = f'<a href="{href}" data-frame="{frame}" rel="noopener">YouTube の動画を見る</a>'
    return f'<figure class="embed">{link}</figure>'


@pytest.fixture
def shows(live_server, page):
    """Return a function that opens an article with this HTML; what it asks others for is a list.

    Nothing leaves the machine.
    """

    def show(html):
        asked, at_home = [], live_server.url

        def watch(route):
            if route.request.url.startswith(at_home):
                return route.continue_()
            asked.append(route.request.url)
            return route.abort()

        begin(slug="video").publish(None)
        Edition.objects.update(html=html)
        page.context.route("**/*", watch)
        page.goto(f"{at_home}/posts/video/")
        return asked

    return show


def test_nothing_is_loaded_from_elsewhere_before_the_click(page, shows):
    asked = shows(figure(FRAME))
    page.wait_for_load_state("networkidle")
    assert asked == []
    with page.expect_request(FRAME):  # what the policy refuses is never requested
        page.get_by_text("YouTube の動画を見る").click()
    frame = page.locator("figure.embed iframe")
    assert frame.get_attribute("src") == FRAME
    assert frame.get_attribute("title") == "YouTube の動画を見る"
    assert frame.get_attribute("referrerpolicy") == "strict-origin-when-cross-origin"
    assert "allow-top-navigation" not in frame.get_attribute("sandbox")
    assert asked == [FRAME]
    assert page.locator("figure.embed a").count() == 0


def test_the_keyboard_opens_a_video_and_the_focus_goes_with_it(page, shows):
    shows(figure(FRAME))
    page.get_by_text("YouTube の動画を見る").press("Enter")
    assert page.evaluate("document.activeElement.localName") == "iframe"


def test_a_frame_takes_the_room_of_its_link(page, shows):
    shows(figure(FRAME))
    room = page.locator("figure.embed").bounding_box()
    assert room["width"] / room["height"] == pytest.approx(16 / 9, rel=0.01)
    page.get_by_text("YouTube の動画を見る").click()
    assert page.locator("figure.embed").bounding_box()["height"] == room["height"]


def test_whoever_wants_a_tab_of_its_own_gets_it(page, shows):
    shows(figure(FRAME))
    with page.context.expect_page():
        page.get_by_text("YouTube の動画を見る").click(modifiers=["ControlOrMeta"])
    assert page.locator("iframe").count() == 0


@pytest.mark.parametrize(
    "frame",
    [
        "https://evil.example/embed/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com.evil.example/embed/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/../redirect",
        "javascript:alert(1)",
    ],
)
def test_a_frame_of_somebody_else_stays_a_link(page, shows, frame):
    asked = shows(figure(frame, href="#there"))
    page.get_by_text("YouTube の動画を見る").click()
    assert page.url.endswith("#there")
    assert page.locator("iframe").count() == 0
    assert asked == []


def sites(patterns):
    """Return the sites whose addresses these patterns match."""
    return re.findall(r"https://[\w.-]+(?=/)", patterns.replace("\\", ""))


def test_the_renderer_the_script_and_the_policy_know_the_same_sites():
    script = (Path(settings.BASE_DIR) / "static/js/embeds.js").read_text()
    assert sites(embeds.FRAME.pattern) == sites(script) == settings.SECURE_CSP["frame-src"]


@pytest.mark.django_db
def test_only_articles_with_an_embed_load_the_script(client):
    begin(slug="video").publish(None)
    assert b"embeds.js" not in client.get("/posts/video/").content
    Edition.objects.update(html=figure(FRAME))
    assert (
        b'<script type="module" src="/static/js/embeds.js">' in client.get("/posts/video/").content
    )
