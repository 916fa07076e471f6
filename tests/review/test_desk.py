"""Comments and links at the desk: the page, its forms, and what belongs to another manuscript."""

import pytest

from tests.admin.desk import LIST, at, rows, seen
from tests.admin.test_list import cost
from tests.cast import begin, rewrite
from tests.review.cast import BODY, manuscript, on
from tests.test_headers import guarded, inert

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


@pytest.fixture
def post(writer):
    return manuscript(writer)


def remark(client, post, **fields):
    data = {"revision": post.version, "where": "0", "body": "本当ですか。", "do": "remark"}
    return client.post(at(post, "review/"), data | fields)


def test_it_shows_the_page_that_readers_would_see(desk, post, editor):
    post.remark(editor, "本当ですか。", **on(post, "0", "三分だけ"))
    answer = desk.get(at(post, "review/"))
    guarded(answer)
    inert(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    text = answer.content.decode()
    for part in ("コメント：時計の町", "針の話。", "本当ですか。", "1件あります", "editor"):
        assert part in text
    assert ">三分だけ</mark>" in answer.content.decode()


def test_a_comment_leads_back_to_itself(desk, post, editor):
    answer = remark(desk, post, quote="三分だけ", near="12")
    comment = post.comments.get()
    assert answer["Location"] == at(post, f"review/#c{comment.pk}")
    assert (comment.by, comment.quote, comment.revision) == (editor, "三分だけ", 1)


def test_a_comment_on_what_somebody_rewrote_meanwhile_is_on_what_was_read(desk, post, writer):
    rewrite(post, "題", by=writer, body="新しい書き出し。\n\n" + BODY)
    answer = remark(desk, post, revision="1", where="0", quote="三分だけ")
    comment = post.comments.get()
    assert (comment.revision, comment.quote) == (1, "三分だけ")
    assert answer["Location"] == at(post, f"review/?revision=1#c{comment.pk}")
    assert "三分だけ</mark>" in desk.get(at(post, "review/")).content.decode()


def test_an_older_revision_is_read_with_the_comments_on_it(desk, post, writer, editor):
    post.remark(editor, "本当ですか。", **on(post, "0", "三分だけ進めておく習慣"))
    rewrite(post, "題", by=writer, body="まったく別の話を書いた。", deck="")
    assert "置き場所がなくなった" in seen(desk.get(at(post, "review/")))
    assert "置き場所がなくなった" not in seen(desk.get(at(post, "review/?revision=1")))


@pytest.mark.parametrize("fields", [{"body": " "}, {"body": "長" * 4001}])
def test_what_is_refused_is_given_back(desk, post, fields):
    before = rows()
    answer = remark(desk, post, **fields)
    assert answer.status_code == 409
    assert rows() == before
    assert fields["body"].strip() in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "9", "x", "-1", "9" * 40])
def test_a_comment_on_no_revision_is_none(desk, post, revision):
    assert remark(desk, post, revision=revision).status_code == 404
    assert not post.comments.exists()


def act(client, post, comment, do, **fields):
    data = {"do": do, "revision": post.version, **fields}
    return client.post(at(post, f"review/{comment.pk}/"), data)


def test_a_thread_goes_on(desk, post, writer):
    comment = post.remark(writer, "本当ですか。")
    answer = act(desk, post, comment, "answer", body="本当です。")
    assert answer["Location"] == at(post, f"review/#c{comment.pk}")
    act(desk, post, comment, "resolve")
    comment.refresh_from_db()
    assert comment.is_resolved
    text = seen(desk.get(at(post, "review/")))
    assert "本当です。" in text
    assert "解決していないコメントはありません" in text
    act(desk, post, comment, "reopen")
    assert "1件あります" in seen(desk.get(at(post, "review/")))


def test_an_empty_answer_is_refused(desk, post, writer):
    comment = post.remark(writer, "本当ですか。")
    answer = act(desk, post, comment, "answer", body=" ")
    assert answer.status_code == 409
    assert "コメントが空です" in seen(answer)


@pytest.mark.parametrize("do", ["answer", "resolve", "reopen"])
def test_a_comment_of_another_manuscript_is_none(desk, post, do):
    comment = begin().remark(None, "よそのコメント")
    before = rows()
    answer = act(desk, post, comment, do, body="返信")
    missing = desk.post(at(post, "review/99999/"), {"do": do, "revision": 1, "body": "返信"})
    assert answer.status_code == missing.status_code == 404
    assert rows() == before


@pytest.mark.parametrize("do", ["", "delete", "save", "remark", "_log"])
def test_nothing_else_is_done_with_a_comment(desk, post, do):
    comment = post.remark(None, "コメント")
    before = rows()
    assert act(desk, post, comment, do, body="本文").status_code == 404
    assert rows() == before


def test_nothing_changes_by_get(desk, post):
    comment = post.remark(None, "コメント")
    before = rows()
    query = "?do=resolve&body=x&revision=1&where=0"
    desk.get(at(post, f"review/{query}"))
    assert desk.get(at(post, f"review/{comment.pk}/{query}")).status_code == 404
    assert rows() == before


def test_an_archived_manuscript_is_only_read(desk, post, editor, chief):
    post.remark(editor, "本当ですか。")
    post.archive(chief)
    answer = desk.get(at(post, "review/"))
    assert "本当ですか。" in seen(answer)
    assert "<textarea" not in answer.content.decode()
    assert remark(desk, post).status_code == 404
    assert desk.get(at(post, "share/")).status_code == 404


# Links


def test_a_link_is_made_listed_and_revoked(desk, post):
    answer = desk.post(at(post, "share/"), {"reader": "佐藤 花子", "days": "3"})
    assert answer["Location"] == at(post, "share/")
    link = post.review_links.get()
    page = desk.get(at(post, "share/")).content.decode()
    assert f"http://testserver{link.get_absolute_url()}" in page
    assert "まだ開いていません" in page
    link.open()
    link.confirm()
    assert "確認済み" in desk.get(at(post, "share/")).content.decode()
    desk.post(at(post, f"share/{link.pk}/"))
    link.refresh_from_db()
    assert link.revoked_at
    page = desk.get(at(post, "share/")).content.decode()
    assert link.token not in page
    assert "取り消し" in page


def test_a_link_may_be_to_an_older_revision(desk, post, writer):
    rewrite(post, "直した題", by=writer)
    desk.post(at(post, "share/?revision=1"), {"reader": "人", "days": "7"})
    assert post.review_links.get().revision.number == 1


@pytest.mark.parametrize(
    "data",
    [{"reader": "", "days": "7"}, {"reader": "人", "days": "61"}, {"reader": "人", "days": "0"}],
)
def test_an_odd_link_is_not_made(desk, post, data):
    assert desk.post(at(post, "share/"), data).status_code == 200
    assert not post.review_links.exists()


def test_a_link_of_another_manuscript_is_none(desk, post, editor):
    link = begin().share(editor, "人")
    assert desk.post(at(post, f"share/{link.pk}/")).status_code == 404
    assert desk.get(at(link.post, f"share/{link.pk}/")).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_the_history_names_the_reader(desk, post, editor):
    link = post.share(editor, "佐藤 花子")
    link.open()
    link.remark("船長です。", **on(post, "0"))
    link.confirm()
    text = " ".join(seen(desk.get(at(post, "history/"))).split())
    for part in (
        "佐藤 花子さんの確認用リンクが、はじめて開かれました",
        "佐藤 花子が第1版にコメントしました",
        "佐藤 花子さんが第1版を確認しました",
    ):
        assert part in text
    assert "サーバー" not in text


# The list


def test_the_list_says_how_many_are_open(desk, post, editor):
    first = post.remark(editor, "一")
    post.remark(editor, "二")
    assert "コメント2件" in seen(desk.get(LIST))
    first.resolve(editor)
    assert "コメント1件" in seen(desk.get(LIST))


def test_neither_the_list_nor_the_page_costs_more_with_more_comments(desk, post, editor):
    post.remark(editor, "一", **on(post, "0"))
    listed, page = cost(desk), cost(desk, at(post, "review/"))
    for number in range(20):
        post.remark(editor, f"{number}", **on(post, "0", "三分だけ")).answer(editor, "はい")
        begin().remark(editor, "ほか")
    assert cost(desk) <= listed <= 20
    assert cost(desk, at(post, "review/")) <= page <= 20
