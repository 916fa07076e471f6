"""Links for readers without an account: what opens one, until when, and what it may do."""

from datetime import timedelta

import pytest
from django.core import signing

from posts.models import MOST_DAYS, Refused, ReviewLink
from posts.models.review_link import COMMENTS_AN_HOUR, SALT
from tests.cast import begin, log, minute, rewrite
from tests.review.cast import manuscript, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return manuscript(writer)


@pytest.fixture
def link(post, editor):
    return post.share(editor, "佐藤 花子", now=minute(0))


def opened(token, now):
    """Return whether a token opens anything at `now`."""
    return ReviewLink.find(token, now) is not None


def test_its_token_opens_it(link):
    assert ReviewLink.find(link.token, minute(1)) == link


def test_it_is_for_one_revision(post, link, writer):
    rewrite(post, "直した題", by=writer)
    assert ReviewLink.find(link.token, minute(1)).revision.number == 1


def test_it_ends_by_itself(link):
    assert link.expires_at == minute(0) + timedelta(days=7)
    assert opened(link.token, link.expires_at - timedelta(seconds=1))
    assert not opened(link.token, link.expires_at)


@pytest.mark.parametrize("days", [1, MOST_DAYS])
def test_it_may_last(post, editor, days):
    link = post.share(editor, "人", days=days, now=minute(0))
    assert link.expires_at == minute(0) + timedelta(days=days)


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_it_may_not_last(post, editor, days):
    with pytest.raises(Refused, match="期限は"):
        post.share(editor, "人", days=days)


@pytest.mark.parametrize("name", ["", " \n", "長" * 101])
def test_it_has_the_name_of_a_reader(post, editor, name):
    with pytest.raises(Refused, match="読む人の名前"):
        post.share(editor, name)


def test_the_name_is_one_line(post, editor):
    assert post.share(editor, " 佐藤\r\nBcc: x\0 ").reader == "佐藤 Bcc: x"


def test_a_revoked_one_opens_nothing(link, editor, chief):
    link.revoke(editor, minute(1))
    link.revoke(chief, minute(2))
    link.refresh_from_db()
    assert link.revoked_at == minute(1)
    assert not opened(link.token, minute(1))


def test_one_of_an_archived_manuscript_opens_nothing_while_it_is_away(post, link, chief):
    post.archive(chief)
    assert not opened(link.token, minute(1))
    post.revive(chief)
    assert opened(link.token, minute(1))


def test_a_writer_revokes_none(link, writer):
    with pytest.raises(Refused, match="権限がありません"):
        link.revoke(writer)
    assert opened(link.token, minute(1))


def test_no_two_have_the_same_secret(post, editor):
    secrets = {post.share(editor, "人").secret for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) == 32 for secret in secrets)


def test_no_other_token_opens_it(link, post, editor):
    other = post.share(editor, "別の人", now=minute(0))
    value, signature = link.token.rsplit(".", 1)
    signed = signing.Signer(salt=SALT, sep=".")
    forged = [
        "",
        link.secret,
        f"{link.pk}.{link.secret}",
        value,
        f"{value}.{signature[:-1]}",
        f"{value}.{signature}x",
        f"{value}.{other.token.rsplit('.', 1)[1]}",
        f"{other.pk}.{link.secret}.{signature}",
        link.token.upper(),
        link.token + "x" * 200,
        # Signed by us, but for something else, or of something that is not there.
        signing.Signer(sep=".").sign(value),
        signing.Signer(salt="genko.preview", sep=".").sign(value),
        signing.TimestampSigner(salt=SALT, sep=".").sign(value),
        signing.dumps(value, salt=SALT),
        signed.sign(f"{link.pk}.{other.secret}"),
        signed.sign(f"{link.pk}."),
        signed.sign(f"99999.{link.secret}"),
    ]
    assert [token for token in forged if opened(token, minute(1))] == []


def test_another_key_of_the_site_makes_other_tokens(link, settings):
    token = link.token
    settings.SECRET_KEY = "another"
    assert not opened(token, minute(1))
    settings.SECRET_KEY_FALLBACKS = ["again another"]
    assert not opened(token, minute(1))


# What its reader does


def test_the_first_opening_is_remembered(link, post):
    link.open(minute(1))
    link.open(minute(2))
    link.refresh_from_db()
    assert link.seen_at == minute(1)
    assert log(post) == ["create", "share", "seen"]


def test_a_remark_is_signed_with_the_name_of_the_reader(link, post):
    comment = link.remark("船長です。", **on(post, "0", "三分だけ"), now=minute(1))
    comment.refresh_from_db()
    assert (comment.by, comment.link, comment.reader) == (None, link, "佐藤 花子")
    assert (comment.quote, comment.revision) == ("三分だけ", 1)
    event = post.events.first()
    assert (event.move, event.by, event.note) == ("comment", None, "")
    assert event.detail == {"reader": "佐藤 花子", "link": link.pk, "comment": comment.pk}


def test_it_is_confirmed_once(link, post):
    link.confirm(minute(1))
    link.confirm(minute(2))
    link.refresh_from_db()
    assert link.confirmed_at == minute(1)
    event = post.events.first()
    assert (event.move, event.by, event.revision) == ("confirm", None, 1)
    assert event.detail["reader"] == "佐藤 花子"
    assert log(post).count("confirm") == 1


def test_nothing_comes_by_a_link_that_was_shut_meanwhile(link, post, editor):
    held = ReviewLink.find(link.token, minute(1))
    link.revoke(editor, minute(2))
    for say in (lambda: held.remark("まだ", now=minute(3)), lambda: held.confirm(minute(3))):
        with pytest.raises(Refused, match="もう使えません"):
            say()
    assert log(post) == ["create", "share", "revoke"]


def test_nothing_comes_after_its_time(link):
    with pytest.raises(Refused, match="もう使えません"):
        link.remark("まだ", now=link.expires_at)


def test_nobody_sends_without_end(link, post):
    for number in range(COMMENTS_AN_HOUR):
        link.remark(f"{number}", now=minute(number))
    with pytest.raises(Refused, match=f"{COMMENTS_AN_HOUR}件まで"):
        link.remark("もう一つ", now=minute(59))
    link.remark("一時間たった", now=minute(61))
    assert post.comments.count() == COMMENTS_AN_HOUR + 1


def test_a_link_of_another_manuscript_has_its_own_limit(link, editor):
    other = begin(title="別").share(editor, "佐藤 花子", now=minute(0))
    for number in range(COMMENTS_AN_HOUR):
        link.remark(f"{number}", now=minute(1))
    assert other.remark("こちら", now=minute(1)).pk


def test_it_is_of_a_revision_of_its_own_manuscript(post, editor):
    with pytest.raises(Refused):
        post.share(editor, "人", revision=begin().head)
