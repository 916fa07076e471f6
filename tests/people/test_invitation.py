"""Invitations: one use, 72 hours, revocable; the secret is kept nowhere."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from posts.models import (
    Author,
    Delivery,
    Event,
    Invitation,
    Person,
    Refused,
    Role,
    SiteSettings,
    roles,
)
from tests.admin.desk import rows, seen
from tests.cast import person
from tests.people.conftest import PASSWORD, link

pytestmark = pytest.mark.django_db
ADD = "/admin/posts/invitation/add/"
ANSWER = {
    "last_name": "山田",
    "first_name": "花子",
    "username": "hanako",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def invited(chief, post_office):
    """The address in the mail to somebody who was invited as an editor."""
    Invitation.send("hanako@example.jp", Role.EDITOR, by=chief, name="山田 花子")
    return link(post_office()[-1])


def test_who_is_invited_becomes_who_they_say(client, invited):
    assert 'value="山田"' in client.get(invited).content.decode()
    answer = client.post(invited, ANSWER)
    assert answer["Location"] == "/admin/me/"
    user = User.objects.get(username="hanako")
    assert roles(user) == {Role.EDITOR}
    assert user.email == "hanako@example.jp"
    assert user.check_password(PASSWORD)
    assert not user.is_superuser
    assert client.get("/admin/me/").status_code == 200
    assert Event.objects.filter(move="accept", by=user, title="山田 花子").exists()


def test_no_secret_is_in_the_database(invited):
    secret = invited.split("/")[-2]
    assert len(secret) >= 40
    assert secret not in str(rows())


def test_forged_fields_give_nothing(client, invited):
    forged = {"is_superuser": "1", "is_staff": "1", "role": "編集長", "email": "x@example.com"}
    client.post(invited, ANSWER | forged)
    user = User.objects.get(username="hanako")
    assert (user.is_superuser, user.is_staff, user.email) == (False, False, "hanako@example.jp")
    assert roles(user) == {Role.EDITOR}


def ended(client, address):
    """Return whether an address looks exactly like one that never was."""
    there, never = client.get(address), client.get("/admin/invitation/never/")
    assert not User.objects.filter(username="second").exists()
    return there.status_code == 404 and there.content == never.content


def test_it_is_used_once(client, invited):
    client.post(invited, ANSWER)
    client.logout()
    client.post(invited, ANSWER | {"username": "second"})
    assert ended(client, invited)


def test_it_ends_after_72_hours(client, invited):
    row = Invitation.objects.get()
    assert row.expires_at - row.at == timedelta(hours=72)
    Invitation.objects.update(expires_at=timezone.now())
    client.post(invited, ANSWER | {"username": "second"})
    assert ended(client, invited)


def test_a_revoked_one_opens_nothing(client, invited, chief):
    row = Invitation.objects.get()
    client.force_login(chief)
    page = f"/admin/posts/invitation/{row.pk}/revoke/"
    assert Invitation.objects.open().exists()  # not by GET
    assert client.get(page).status_code == 200
    client.post(page)
    client.logout()
    client.post(invited, ANSWER | {"username": "second"})
    assert ended(client, invited)
    assert client.get(page).status_code == 302  # to the login


def test_a_second_invitation_ends_the_first(client, invited, chief, post_office):
    Invitation.send("Hanako@example.jp", Role.WRITER, by=chief)
    post_office()
    assert ended(client, invited)
    assert Invitation.objects.open().get().role == Role.WRITER


def test_a_letter_that_is_written_again_holds_the_secret_that_opens(client, invited, post_office):
    Delivery.objects.update(done_at=None, leased_until=None, due_at=timezone.now())
    again = link(post_office()[-1])
    assert ended(client, invited)
    assert client.get(again).status_code == 200


def test_what_was_revoked_before_the_letter_is_not_sent(chief, post_office):
    Invitation.send("hanako@example.jp", Role.WRITER, by=chief).revoke(chief)
    assert post_office() == []


def test_a_taken_user_name_is_refused(client, invited, writer):
    answer = client.post(invited, ANSWER | {"username": "Writer"})
    assert answer.status_code == 200
    assert Invitation.objects.open().exists()
    with pytest.raises(Refused, match="使われています"):
        Invitation.objects.get().accept(username="writer", password=PASSWORD)
    assert Invitation.objects.open().exists()


def test_a_weak_password_is_refused(client, invited):
    for weak in ("short", "password1234", "hanako@example.jp"):
        client.post(invited, ANSWER | {"password1": weak, "password2": weak})
    assert Invitation.objects.open().exists()


@pytest.mark.parametrize("sign", [True, False])
def test_the_signature_is_offered(client, chief, post_office, sign):
    author = Author.objects.create(name="山田花子", slug="hanako")
    Invitation.send("hanako@example.jp", Role.WRITER, by=chief, author=author)
    address = link(post_office()[-1])
    assert "署名「山田花子」を自分の署名にする" in seen(client.get(address))
    client.post(address, ANSWER | ({"sign": "on"} if sign else {}))
    author.refresh_from_db()
    assert (author.user is not None) == sign


def test_a_signature_that_somebody_has_by_now_is_left(chief, writer):
    author = Author.objects.create(name="山田花子", slug="hanako")
    row = Invitation.send("hanako@example.jp", Role.WRITER, by=chief, author=author)
    Author.objects.filter(pk=author.pk).update(user=writer)
    row.accept(username="hanako", password=PASSWORD, sign=True)
    author.refresh_from_db()
    assert author.user == writer


@pytest.mark.parametrize("name", ["writer", "editor", "outsider"])
def test_only_who_settles_invites(request, name):
    with pytest.raises(Refused):
        Invitation.send("x@example.jp", Role.WRITER, by=request.getfixturevalue(name))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["管理者", "公開できる編集者", "", "editor"])
def test_nobody_is_invited_as_more_than_a_chief(chief, role):
    with pytest.raises(Refused):
        Invitation.send("x@example.jp", role, by=chief)


def test_who_is_here_is_not_invited(chief, known, writer):
    known(writer)
    with pytest.raises(Refused, match="もう編集部にいます"):
        Invitation.send("WRITER@example.jp", Role.WRITER, by=chief)


def test_what_somebody_sent_who_may_no_longer_ends(client, invited, chief, admin):
    Person.behind(chief).give(Role.EDITOR, by=admin)
    assert ended(client, invited)


# The desk


def test_inviting_asks_for_the_password(client, known, chief, post_office):
    client.force_login(known(chief))
    asked = {"email": "new@example.jp", "name": "新人", "role": "ライター", "password": "wrong"}
    assert "パスワードが違います" in seen(client.post(ADD, asked))
    assert not Invitation.objects.exists()
    assert client.post(ADD, asked | {"password": PASSWORD}).status_code == 302
    [letter] = post_office()
    assert letter.to == ["new@example.jp"]
    assert "ライターとして" in letter.body
    assert Event.objects.filter(move="invite", by=chief, title="新人").exists()


def test_a_newline_in_a_name_reaches_no_header(chief, post_office):
    chief.last_name = "長\nBcc: x@example.com"
    chief.save()
    Invitation.send("new@example.jp", Role.WRITER, by=chief, name="人\nSubject: x")
    [letter] = post_office()
    assert "Bcc" not in letter.message()
    assert "\n" not in letter.subject


def test_the_list_is_constant_in_its_queries(client, chief, django_assert_max_num_queries):
    client.force_login(chief)
    for number in range(30):
        Invitation.send(f"p{number}@example.jp", Role.WRITER, by=person(f"c{number}", Role.CHIEF))
    with django_assert_max_num_queries(12):
        page = seen(client.get("/admin/posts/invitation/"))
    assert page.count("取り消す…") == 30


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?=0D=0ABcc:_x@example.jp?=", "新聞\r\nBcc: x@example.jp"]
)
def test_no_name_becomes_a_header(chief, post_office, name):
    SiteSettings.objects.create(pk=1, name=name)
    Invitation.send("hanako@example.jp", Role.EDITOR, by=chief)
    sent = message_from_bytes(post_office()[-1].message().as_bytes(), policy=policy.default)
    assert sent["Bcc"] is None
    assert "\n" not in sent["Subject"]
    assert sent["To"] == "hanako@example.jp"
