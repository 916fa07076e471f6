"""Mails: to whom, what they say, and that nothing gets out of its header."""

import email
import email.policy

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from posts.effects import tick
from posts.models import Author, Beat, Category, Delivery, Notice, Post, Preferences, SiteSettings
from posts.notices import one_line
from posts.text import count_graphemes
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_housekeeping():
    (settings.VAR_DIR / "housekeeping").touch()


@pytest.fixture(autouse=True)
def addresses(writer, editor, chief):
    """Give everybody an address."""
    for user in (writer, editor, chief):
        user.email = f"{user.username}@example.com"
        user.save()


def sent(now=None):
    """Let the worker work, and return the mails as they go over the wire, read again."""
    tick(now)
    raw = [one.message().as_bytes(policy=email.policy.SMTP) for one in mail.outbox]
    mail.outbox.clear()
    return [email.message_from_bytes(one, policy=email.policy.default) for one in raw]


def recipients(mails):
    return sorted(one["To"] for one in mails)


def test_a_returned_manuscript_is_mailed_to_its_writer(writer, editor):
    SiteSettings.objects.create(pk=1, name="川沿い日報")
    editor.last_name, editor.first_name = "佐藤", "花子"
    editor.save()
    post = begin(writer, title="橋のかけかた")
    post.submit(writer)
    sent()
    post.return_(editor, note="三段落目の数字を\n確かめてください。")
    [one] = sent()
    assert one["Subject"] == "差し戻し：橋のかけかた"
    assert (one["From"], one["To"]) == (settings.DEFAULT_FROM_EMAIL, "writer@example.com")
    assert one.get_content() == (
        "writer さん\n"
        "\n"
        "「橋のかけかた」\n"
        "佐藤 花子さんが差し戻しました。\n"
        "\n"
        "> 三段落目の数字を\n"
        "> 確かめてください。\n"
        "\n"
        "原稿を開く\n"
        f"http://testserver/admin/posts/post/{post.pk}/change/\n"
        "\n"
        "-- \n"
        "川沿い日報\n"
        "このメールは編集部の机から自動で送っています。返信しても、相手には届きません。\n"
        "受け取るお知らせは、ここで選べます。\n"
        "http://testserver/admin/notices/settings/\n"
    )
    assert one.get_content_type() == "text/plain"
    assert one["Auto-Submitted"] == "auto-generated"


def test_without_a_note_nothing_is_quoted(writer):
    begin(writer).submit(writer)
    assert ">" not in sent()[0].get_content()


def test_which_kinds_are_mailed_by_default(writer, editor, chief):
    post = begin(writer)
    post.submit(writer, now=minute(1))
    assert recipients(sent(minute(1))) == ["chief@example.com", "editor@example.com"]
    post.approve(editor, now=minute(2))
    assert recipients(sent(minute(2))) == ["writer@example.com"]
    Notice.tell("comment", post, key="comment:1", by=editor, now=minute(3))
    assert recipients(sent(minute(3))) == ["writer@example.com"]
    post.publish(chief, now=minute(4))
    assert sent(minute(4)) == []
    assert Notice.objects.filter(kind="live").exists()


def test_late_deliveries_are_mailed_to_the_chief(chief):
    Delivery.objects.plan([Delivery(kind="mail", key="k", due_at=minute(0), payload={"notice": 1})])
    [one] = sent(minute(30))
    assert one["Subject"] == "配信の遅れ（原稿）"
    assert "配信が30分遅れました。" in one.get_content()
    assert "http://testserver/admin/posts/delivery/" in one.get_content()
    assert one["References"] is None


def test_who_wants_to_know_of_publications_gets_a_mail(writer, chief):
    Preferences.objects.create(user=writer)
    begin(writer).publish(chief, now=minute(1))
    assert [one["Subject"] for one in sent(minute(1))] == ["公開：題名"]


@pytest.mark.parametrize("wish", [{"unmailed": ["submit"]}, {"unwanted": ["submit"]}])
def test_who_wants_no_mail_gets_none(writer, editor, chief, wish):
    Preferences.objects.create(user=editor, **wish)
    begin(writer).submit(writer)
    assert recipients(sent()) == ["chief@example.com"]


@pytest.mark.parametrize(
    "address", ["", "editor", "x@demo.invalid", "a@example.com\nBcc: x@example.com", "a@b@c"]
)
def test_what_is_no_address_gets_no_mail(writer, editor, chief, address):
    User.objects.filter(pk=editor.pk).update(email=address)
    begin(writer).submit(writer)
    assert recipients(sent()) == ["chief@example.com"]
    assert not Delivery.objects.filter(done_at=None).exists()


# Between the move and the mail


def leave(editor, post):
    User.objects.filter(pk=editor.pk).update(is_active=False)


def lose_the_role(editor, post):
    editor.groups.clear()


def get_another_beat(editor, post):
    Beat.objects.create(user=editor, category=Category.objects.create(name="他", slug="x"))
    Post.objects.update(category=Category.objects.create(name="元", slug="y"))


def switch_it_off(editor, post):
    Preferences.objects.create(user=editor, unmailed=["submit"])


def lose_the_address(editor, post):
    User.objects.filter(pk=editor.pk).update(email="")


def be_erased(editor, post):
    Notice.objects.filter(user=editor).delete()


@pytest.mark.parametrize(
    "happens",
    [leave, lose_the_role, get_another_beat, switch_it_off, lose_the_address, be_erased],
)
def test_who_may_know_is_asked_again(writer, editor, chief, happens):
    post = begin(writer)
    post.submit(writer)
    happens(editor, post)
    assert recipients(sent()) == ["chief@example.com"]
    assert not Delivery.objects.filter(done_at=None).exists()


def test_who_signs_no_more_gets_no_mail(writer, another_writer, editor):
    User.objects.filter(pk=another_writer.pk).update(email="a@example.com")
    author = Author.objects.create(name="署名", slug="a", user=another_writer)
    post = begin(writer, bylines=((author.pk, ""),))
    post.submit(writer)
    sent()
    post.approve(editor)
    post.bylines.all().delete()
    assert recipients(sent()) == ["writer@example.com"]


# Once, and in one thread


def test_a_second_try_is_the_same_mail(writer, editor, chief):
    begin(writer).submit(writer)
    first = {one["To"]: one["Message-ID"] for one in sent()}
    Delivery.objects.update(done_at=None, due_at=minute(0))
    assert {one["To"]: one["Message-ID"] for one in sent()} == first
    assert len(set(first.values())) == 2


def test_a_move_plans_one_mail_a_person(writer, editor, chief):
    begin(writer).submit(writer)
    assert Delivery.objects.filter(kind="mail").count() == 2
    sent()
    assert sent() == []


def test_the_mails_of_a_manuscript_are_one_thread(writer, editor):
    post, other = begin(writer), begin(writer)
    for one in (post, other):
        one.submit(writer)
        one.return_(editor)
    threads = {}
    for one in sent():
        assert one["References"] == one["In-Reply-To"]
        threads.setdefault(one["References"], set()).add(one["Message-ID"])
    assert [len(mails) for mails in threads.values()] == [3, 3]
    assert all(name.endswith("@testserver>") for name in threads)


def test_a_mail_that_fails_is_tried_again_and_keeps_nobody_waiting(writer, editor, chief, settings):
    settings.MAILERS = {"default": {"BACKEND": "tests.notices.test_mail.Refusing"}}
    begin(writer).submit(writer)
    assert recipients(sent()) == ["chief@example.com"]
    [row] = Delivery.objects.filter(done_at=None)
    assert (row.attempts, row.dead, row.label) == (1, False, "お知らせのメール")


class Refusing(EmailBackend):
    """A server that does not know the editor."""

    def send_messages(self, messages):
        if messages[0].to == ["editor@example.com"]:
            raise ConnectionRefusedError("editor")
        return super().send_messages(messages)


# Headers

HEADERS = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From", "To"}
HEADERS |= {"Date", "Message-ID", "Auto-Submitted"}
THREAD = {"In-Reply-To", "References"}

HOSTILE = [
    "題\r\nBcc: x@example.com",
    "題\nBcc: x@example.com\n\n本文",
    "題\x0bBcc: x\x0cBcc: x\x85Bcc: x\u2028Bcc: x\u2029Bcc: x",
    "題\0Bcc: x",
    "=?utf-8?q?=0D=0ABcc:_x?=",
    "=?utf-8?b?DQpCY2M6IHg=?= 題",
    "\ud800題",
    '"; <x@example.com>, 題',
    "\u202e題",
]


def raw(now=None):
    """Return the heads of what was sent, as bytes, one mail each."""
    tick(now)
    messages = [one.message().as_bytes(policy=email.policy.SMTP) for one in mail.outbox]
    mail.outbox.clear()
    return [one.partition(b"\r\n\r\n")[0] for one in messages]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_makes_a_header_of_its_own(writer, editor, chief, hostile):
    stored = hostile.encode(errors="replace").decode().replace("\0", "")
    begin(writer).submit(writer, note=stored)
    # As no verb and no form would write them:
    Post.objects.update(title=stored)
    SiteSettings.objects.bulk_create([SiteSettings(pk=1, name=stored[:60])])
    User.objects.update(last_name=stored[:100])
    Delivery.objects.plan([Delivery(kind="x", key="x", due_at=minute(0), dead=True)])
    heads = raw()
    assert len(heads) == 3  # the chief is warned of a delivery, too
    for head in heads:
        read = email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.default)
        assert set(read.keys()) - THREAD == HEADERS
        assert len(read["Subject"].splitlines()) == 1
        assert read["To"] in {"chief@example.com", "editor@example.com"}


@pytest.mark.parametrize(
    "title",
    [
        "推論の題",
        "Draft: 50% off? <b>\"quoted\" & 'more'",
        "葛󠄀飾区の神さま、がぎぐげご",
        "👨‍👩‍👧🇯🇵 家族",
        "１２３　全角の空白",
        "x" * 60,
    ],
)
def test_a_subject_comes_back_as_it_was(writer, title):
    begin(writer, title=title).submit(writer)
    assert {one["Subject"] for one in sent()} == {f"確認の依頼：{' '.join(title.split())}"}


@pytest.mark.parametrize("letter", ["長", "葛󠄀", "👨‍👩‍👧", "が"])
def test_a_line_is_cut_between_letters(letter):
    line = one_line(letter * 61, 60)
    assert line == letter * 59 + "…"
    assert count_graphemes(line) == 60


def test_a_long_title_is_cut_in_the_subject(writer):
    begin(writer, title="葛󠄀" * 61).submit(writer)
    assert {one["Subject"] for one in sent()} == {f"確認の依頼：{'葛󠄀' * 59}…"}


def test_markup_is_no_markup_in_a_mail(writer):
    begin(writer, title="<b>&題</b>").submit(writer, note="a < b & c")
    body = sent()[0].get_content()
    assert "「<b>&題</b>」" in body
    assert "> a < b & c" in body


def test_a_note_never_looks_like_the_desks_own_words(writer, editor):
    post = begin(writer)
    post.submit(writer, note="はい。\r\n\r\n-- \r\n編集部\nhttps://evil.example/")
    body = sent()[0].get_content()
    assert body.count("\n-- \n") == 1
    assert "\n> https://evil.example/\n" in body


def test_a_very_long_note_is_cut(writer):
    begin(writer).submit(writer, note="長" * 5000)
    body = sent()[0].get_content()
    assert "長" * 999 + "…\n" in body
    assert "長" * 1000 not in body
