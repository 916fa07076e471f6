"""From an idea to a correction: all roles play their parts in a browser, and a reader looks on."""

from contextlib import closing
from urllib.parse import urlsplit

from posts.models import Category, Post
from tests.test_admin_look import complaints, enter  # noqa: F401

BODY = "川の水は、朝にいちばん澄みます。\n\n## 朝の川\n\n橋の上から見ました。"


class Desk:
    """Somebody at the desk, with the manuscript on the screen."""

    def __init__(self, page, live_server, user):
        enter(page, live_server, user)
        self.page, self.base = page, live_server.url

    def open(self, address=""):
        self.page.goto(f"{self.base}/admin/posts/post/{address}")
        return self.page

    def move(self, name, **fields):
        """Press the button of a move, fill its confirmation in, and make it."""
        self.page.click(f".move-{name}")
        for field, value in fields.items():
            if field == "kind":
                self.page.select_option("#id_kind", value)
            else:
                self.page.fill(f"#id_{field}", value)
        self.page.click(".narrow button.primary")

    @property
    def state(self):
        return self.page.inner_text(".standing .state")


def test_from_a_draft_to_a_correction(
    live_server,
    page,
    client,
    writer,
    editor,
    chief,
    admin,
    complaints,  # noqa: F811
):
    Category.objects.create(name="川", slug="kawa")

    desk = Desk(page, live_server, writer)
    desk.open("add/")
    page.fill("#id_title", "澄む川")
    page.fill("#id_body", BODY)
    page.fill("#id_slug", "sumu-kawa")
    desk.move("submit", note="お願いします。")
    assert desk.state == "確認待ち"
    post = Post.objects.get()
    address = f"{live_server.url}/posts/sumu-kawa/"
    assert client.get("/posts/sumu-kawa/").status_code == 404

    desk = Desk(page, live_server, editor)
    page.goto(f"{live_server.url}/admin/")
    assert "澄む川" in page.inner_text("main, #content")
    desk.open(f"{post.pk}/change/")
    desk.move("return_", note="見た日を書いてください。")
    assert desk.state == "下書き"

    desk = Desk(page, live_server, writer)
    page.goto(f"{live_server.url}/admin/")
    assert "見た日を書いてください。" in page.inner_text("#content")
    desk.open(f"{post.pk}/change/")
    page.fill("#id_body", BODY.replace("橋の", "四月一日、橋の"))
    desk.move("submit")
    assert not page.locator(".move-approve, .move-publish").count()

    desk = Desk(page, live_server, editor)
    desk.open(f"{post.pk}/share/")
    page.fill("#id_reader", "佐藤 花子")
    page.click("button:text-is('リンクを作る')")
    reads_by_link(page, live_server.url + urlsplit(page.input_value("input[readonly]")).path)
    desk.open(f"{post.pk}/review/")
    assert "一日ではなく二日でした。" in page.inner_text(".thread")
    page.click("button:text-is('解決')")

    desk.open(f"{post.pk}/change/")
    desk.move("approve")
    assert desk.state == "公開待ち"
    assert not page.locator(".move-publish").count()

    desk = Desk(page, live_server, chief)
    desk.open(f"{post.pk}/change/")
    desk.move("publish")
    assert desk.state == "公開中"
    page.goto(address)
    assert page.inner_text("h1") == "澄む川"
    assert "四月一日、橋の上" in page.inner_text(".prose")

    # The writer goes on writing: the correction takes nothing of that to the readers.
    desk = Desk(page, live_server, writer)
    desk.open(f"{post.pk}/change/")
    page.fill("#id_body", page.input_value("#id_body").replace("朝にいちばん", "春の朝にいちばん"))
    page.click("[name=_save]")

    desk = Desk(page, live_server, chief)
    desk.open(f"{post.pk}/change/")
    page.click(".move-fix")
    page.fill("#id_body", page.input_value("#id_body").replace("四月一日", "四月二日"))
    page.click("[name=_look]")
    page.fill("#id_note", "見た日は四月二日でした。")
    page.click("[name=_publish]")
    assert desk.state == "公開中・未公開の変更あり（下書き）"
    page.goto(address)
    assert "見た日は四月二日でした。" in page.inner_text(".note")
    assert "四月一日" not in page.inner_text("article")
    assert "春の朝" not in page.inner_text("article")
    assert "見た日は四月二日でした。" in client.get("/feed.xml").content.decode()
    post.refresh_from_db()
    assert all(words in post.body for words in ("春の朝", "四月二日"))

    desk = Desk(page, live_server, admin)
    desk.open(f"{post.pk}/change/")
    desk.move("unpublish")
    assert client.get("/posts/sumu-kawa/").status_code == 404
    assert "澄む川" not in client.get("/").content.decode()
    moves = list(post.events.order_by("pk").values_list("move", "by__username"))
    assert moves == [
        *(("create", "writer"), ("submit", "writer"), ("return_", "editor")),
        *(("edit", "writer"), ("submit", "writer"), ("share", "editor")),
        *(("seen", None), ("comment", None), ("confirm", None)),
        *(("resolve", "editor"), ("approve", "editor"), ("publish", "chief")),
        *(("edit", "writer"), ("fix", "chief"), ("unpublish", "admin")),
    ]
    assert complaints == []


def reads_by_link(page, address):
    """Let somebody without an account read, remark on a passage and confirm, elsewhere."""
    with closing(page.context.browser.new_context()) as elsewhere:
        reader = elsewhere.new_page()
        reader.goto(address)
        passage = reader.locator(".passage", has_text="四月一日")
        passage.locator(".add summary").click()
        passage.locator("textarea").fill("一日ではなく二日でした。")
        passage.locator(".add button").click()
        reader.wait_for_selector(".thread")
        reader.click(".confirm button")
        reader.wait_for_url("**#confirm")
        assert "編集部に伝えました" in reader.inner_text("#confirm")
        assert elsewhere.cookies() == []
