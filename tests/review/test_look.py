"""Reviews in a browser: words are selected and remarked on, at the desk and by a link."""

import pytest

from tests.review.cast import manuscript, on
from tests.test_admin_look import PHONE, complaints, enter  # noqa: F401

SELECT = """([passage, start, end]) => {
  const prose = document.querySelector(`#passage-${passage} > .prose`);
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = seen + node.length;
    if (start >= seen && start < next) range.setStart(node, start - seen);
    if (end > seen && end <= next) range.setEnd(node, end - seen);
    seen = next;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def post(transactional_db, writer):
    return manuscript(writer)


def comment(page, said, passage, start, end):
    """Select letters of a passage and remark on them."""
    page.evaluate(SELECT, [passage, start, end])
    page.click("button.pick")
    page.locator(".add[open] textarea:focus").fill(said)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#c*")


def test_selected_words_are_remarked_on_at_the_desk(live_server, page, post, editor, complaints):  # noqa: F811
    enter(page, live_server, editor)
    page.goto(f"{live_server.url}/admin/posts/post/{post.pk}/review/")
    comment(page, "本当ですか。", 1, 5, 10)  # across a tag, behind a line end
    made = post.comments.get()
    assert (made.quote, made.by) == ("針は進んだ", editor)
    assert page.locator(f"mark#on-{made.pk}").inner_text() == "針は"
    assert "本当ですか。" in page.inner_text(".thread")
    page.click(".reply summary")
    page.locator(".reply textarea:focus").fill("本当です。")
    page.click("text=返信する")
    page.click("button:text-is('解決')")
    assert "解決していないコメントはありません" in page.inner_text(".general")
    assert complaints == []


def test_a_reader_on_a_phone_remarks_and_confirms(live_server, page, post, editor, complaints):  # noqa: F811
    link = post.share(editor, "佐藤 花子")
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + link.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    comment(page, "五分です。", 0, 13, 17)
    assert post.comments.get().quote == "三分だけ"
    page.click("#passage-3 .add summary")
    page.locator("#passage-3 textarea:focus").fill("ここは要りません。")
    page.click("#passage-3 .add button")
    page.wait_for_selector("#passage-3 .thread")
    assert post.comments.last().quote == "最後の段落です。"
    page.click("text=確認しました >> nth=-1")
    page.wait_for_url("**#confirm")
    assert "編集部に伝えました" in page.inner_text("#confirm")
    link.refresh_from_db()
    assert link.confirmed_at
    assert page.context.cookies() == []
    assert complaints == []


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_script_every_passage_has_its_form(live_server, page, post, editor):
    link = post.share(editor, "佐藤 花子")
    page.goto(live_server.url + link.get_absolute_url())
    page.click("#passage-1 .add summary", force=True)
    page.fill("#passage-1 textarea", "だれが言うのですか。")
    page.click("#passage-1 .add button")
    assert "だれが言うのですか。" in page.inner_text("#passage-1 .thread")
    page.click(".confirm button")
    assert "編集部に伝えました" in page.inner_text("#confirm")


def test_a_keyboard_alone_is_enough(live_server, page, post, editor):
    enter(page, live_server, editor)
    page.goto(f"{live_server.url}/admin/posts/post/{post.pk}/review/")
    page.focus("#passage-0 .add summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#passage-0 .add textarea:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("#passage-0 .add summary:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#passage-0 .add textarea:focus")
    page.keyboard.insert_text("本当ですか。")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#c*")
    assert post.comments.get().quote.startswith("川沿いの町では")


def test_words_in_another_form_are_not_lost_without_a_warning(live_server, page, post, editor):
    enter(page, live_server, editor)
    page.goto(f"{live_server.url}/admin/posts/post/{post.pk}/review/")
    for passage, typed in enumerate(["送るほう", "まだ書きかけ"]):
        page.click(f"#passage-{passage} .add summary")
        page.locator(f"#passage-{passage} textarea:focus").fill(typed)
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.click("#passage-0 .add button", no_wait_after=True)
    assert asked.value.type == "beforeunload"
    assert page.input_value("#passage-1 textarea") == "まだ書きかけ"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(live_server, page, post, editor, width):
    post.remark(editor, "長い" * 300 + "x" * 300, **on(post, "0", "三分だけ"))
    post.share(editor, "佐藤 花子")
    enter(page, live_server, editor)
    page.set_viewport_size({"width": width, "height": 844})
    for name in ("review", "share"):
        page.goto(f"{live_server.url}/admin/posts/post/{post.pk}/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
