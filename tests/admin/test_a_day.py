"""From an idea to a correction: all roles play their parts in a browser, and a reader looks on."""

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

    desk.open(f"{post.pk}/change/")
    page.fill("#id_body", BODY.replace("橋の", "四月二日、橋の"))
    desk.move("publish", kind="correction", note="見た日は四月二日でした。")
    page.goto(address)
    assert "見た日は四月二日でした。" in page.inner_text(".note")
    assert "四月一日" not in page.inner_text("article")
    assert "見た日は四月二日でした。" in client.get("/feed.xml").content.decode()

    desk.open(f"{post.pk}/change/")
    desk.move("unpublish")
    assert client.get("/posts/sumu-kawa/").status_code == 404
    assert "澄む川" not in client.get("/").content.decode()
    moves = list(post.events.order_by("pk").values_list("move", "by__username"))
    assert moves == [
        *(("create", "writer"), ("submit", "writer"), ("return_", "editor")),
        *(("edit", "writer"), ("submit", "writer"), ("approve", "editor")),
        *(("publish", "chief"), ("edit", "chief"), ("publish", "chief"), ("unpublish", "chief")),
    ]
    assert complaints == []
