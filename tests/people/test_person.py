"""People on the desk: roles, beats, mail addresses, logins; nobody locks the desk out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from posts.models import (
    ADMINISTRATOR,
    Beat,
    Category,
    Event,
    Invitation,
    Person,
    Refused,
    Role,
    roles,
)
from tests.admin.desk import rows, seen
from tests.cast import person
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LIST = "/admin/posts/person/"


def now(user):
    """Return a person as stored now."""
    return Person.behind(user)


def last():
    """Return the last line of the log."""
    return Event.objects.order_by("pk").last()


def test_another_role_takes_the_place_of_the_first(writer, chief):
    now(writer).give(Role.EDITOR, by=chief)
    assert roles(now(writer)) == {Role.EDITOR}
    assert (last().move, last().by, last().title) == ("role", chief, "writer")
    assert last().note == "ライター → 編集者"


def test_a_role_is_taken_away(writer, chief):
    now(writer).give("", by=chief)
    assert roles(now(writer)) == frozenset()
    assert last().note == "ライター → 役割なし"


def test_the_same_role_is_no_line_in_the_log(writer, chief):
    now(writer).give(Role.WRITER, by=chief)
    assert not Event.objects.exists()


def test_beats_restrict_and_are_lifted(editor, chief):
    politics, culture = (Category.objects.create(name=name, slug=name) for name in ("政治", "文化"))
    now(editor).answer_for([politics, culture], by=chief)
    assert last().note == "政治、文化"
    now(editor).answer_for([culture], by=chief)
    assert [beat.category for beat in Beat.objects.filter(user=editor)] == [culture]
    now(editor).answer_for([], by=chief)
    assert not Beat.objects.exists()
    assert last().note == "すべて"


VERBS = {
    "role": lambda who, by: now(who).give(Role.EDITOR, by=by),
    "beats": lambda who, by: now(who).answer_for([], by=by),
    "mail": lambda who, by: now(who).move_mail("x@example.com", by=by),
    "sessions": lambda who, by: now(who).log_out(by),
    "stop": lambda who, by: now(who).deactivate(by),
    "resume": lambda who, by: now(who).reactivate(by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["writer", "editor", "outsider"])
def test_only_who_settles_changes_anybody(request, another_writer, verb, name):
    with pytest.raises(Refused):
        VERBS[verb](another_writer, request.getfixturevalue(name))


@pytest.mark.parametrize("verb", VERBS)
def test_a_chief_changes_no_administrator(admin, chief, verb):
    before = str(vars(now(admin)))
    with pytest.raises(Refused):
        VERBS[verb](admin, chief)
    assert not Event.objects.exists()
    assert now(admin).is_superuser
    assert before.split("_state")[0] == str(vars(now(admin))).split("_state")[0]


def test_only_an_administrator_makes_one(writer, chief, admin):
    with pytest.raises(Refused, match="管理者だけ"):
        now(writer).give(ADMINISTRATOR, by=chief)
    with pytest.raises(Refused):
        now(chief).give(ADMINISTRATOR, by=chief)
    assert not now(writer).is_superuser
    now(writer).give(ADMINISTRATOR, by=admin)
    assert now(writer).is_superuser
    assert now(writer).role == ADMINISTRATOR


def test_the_last_who_manages_people_stays(chief, writer):
    with pytest.raises(Refused, match="いなくなって"):
        now(chief).give(Role.WRITER, by=chief)
    assert roles(now(chief)) == {Role.CHIEF}
    now(writer).give(Role.CHIEF, by=chief)
    now(chief).give(Role.WRITER, by=chief)
    with pytest.raises(Refused, match="いなくなって"):
        now(writer).give(Role.EDITOR, by=writer)


def test_who_was_shut_out_keeps_nobody_in(chief, writer):
    now(writer).give(Role.CHIEF, by=chief)
    now(writer).deactivate(by=chief)
    with pytest.raises(Refused, match="いなくなって"):
        now(chief).give(Role.WRITER, by=chief)


def test_nobody_shuts_themselves_out(chief, admin):
    for one in (chief, admin):
        with pytest.raises(Refused, match="自分の"):
            now(one).deactivate(by=one)


def test_shut_out_and_let_in_again(writer, chief):
    now(writer).deactivate(by=chief)
    assert not now(writer).is_active
    with pytest.raises(Refused):
        now(writer).deactivate(by=chief)
    now(writer).reactivate(by=chief)
    assert now(writer).is_active
    assert roles(now(writer)) == {Role.WRITER}
    moves = Event.objects.order_by("pk").values_list("move", flat=True)
    assert list(moves) == ["deactivate", "reactivate"]


def test_invitations_of_who_is_shut_out_end(chief, admin):
    Invitation.send("x@example.jp", Role.CHIEF, by=chief)
    now(chief).deactivate(by=admin)
    assert not Invitation.objects.open().exists()


def test_the_old_mail_address_is_told(known, writer, chief, post_office):
    known(writer)
    now(writer).move_mail("new@example.jp", by=chief)
    assert now(writer).email == "new@example.jp"
    [letter] = post_office()
    assert letter.to == ["writer@example.jp"]
    assert last().move == "mail"
    assert "example" not in last().note + last().title


@pytest.mark.django_db(transaction=True)
def test_two_chiefs_do_not_shut_each_other_out_at_once(chief):
    other = person("other", Role.CHIEF)

    def one(pair):
        try:
            now(pair[0]).deactivate(by=pair[1])
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(one, [(chief, other), (other, chief)]))
    assert sorted(done) == [False, True]
    assert Person.objects.filter(is_active=True, groups__name=Role.CHIEF).count() == 1


# The desk


def page(who, what="change"):
    return f"{LIST}{who.pk}/{what}/"


def test_the_list_says_who_is_here(client, writer, editor, chief):
    Beat.objects.create(user=editor, category=Category.objects.create(name="政治", slug="p"))
    now(writer).rename("山田", "花子")
    now(writer).deactivate(by=chief)
    client.force_login(chief)
    text = seen(client.get(LIST))
    for word in ("山田 花子", "writer", "ライター", "停止中", "編集者", "政治", "編集長", "まだ"):
        assert word in text
    assert "山田" not in seen(client.get(f"{LIST}?role=編集者"))
    assert "山田" in seen(client.get(f"{LIST}?stopped=yes"))
    assert "山田" not in seen(client.get(f"{LIST}?role=none"))


def test_the_list_is_constant_in_its_queries(client, chief, django_assert_max_num_queries):
    category = Category.objects.create(name="政治", slug="p")
    for number in range(60):
        Beat.objects.create(user=person(f"e{number}", Role.EDITOR), category=category)
    client.force_login(chief)
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_a_page_of_one_person_is_constant_too(client, chief, editor, django_assert_max_num_queries):
    for number in range(20):
        category = Category.objects.create(name=f"分類{number}", slug=f"c{number}")
        Beat.objects.create(user=editor, category=category)
        Event.record("login", by=editor, title="editor")
    client.force_login(chief)
    with django_assert_max_num_queries(16):
        client.get(page(editor))


SENT = {
    "role": {"role": "編集長", "beats": []},
    "mail": {"email": "new@example.jp"},
    "stop": {},
}


@pytest.mark.parametrize("what", SENT)
def test_the_own_password_is_asked_again(client, known, writer, chief, what):
    known(chief)
    client.force_login(chief)
    before = (now(writer).role, now(writer).email, now(writer).is_active)
    for wrong in ("", "wrong"):
        answer = client.post(page(writer, what), SENT[what] | {"password": wrong})
        assert answer.status_code == 200
        assert (now(writer).role, now(writer).email, now(writer).is_active) == before
    answer = client.post(page(writer, what), SENT[what] | {"password": PASSWORD})
    assert answer["Location"] == page(writer)
    assert (now(writer).role, now(writer).email, now(writer).is_active) != before


def test_the_own_password_is_guessed_ten_times_at_most(client, known, writer, chief):
    client.force_login(known(chief))
    for _ in range(10):
        client.post(page(writer, "stop"), {"password": "wrong"})
    answer = client.post(page(writer, "stop"), {"password": PASSWORD})
    assert "いまは受け付けません" in seen(answer)
    assert now(writer).is_active


def test_what_a_verb_refuses_is_said_on_the_page(client, known, chief):
    client.force_login(known(chief))
    asked = {"role": "ライター", "password": PASSWORD}
    assert "いなくなって" in seen(client.post(page(chief, "role"), asked))


def test_a_chief_is_not_offered_what_only_administrators_give(client, known, writer, chief, admin):
    client.force_login(known(chief))
    assert ADMINISTRATOR not in seen(client.get(page(writer, "role")))
    asked = {"role": ADMINISTRATOR, "password": PASSWORD, "is_superuser": "on"}
    assert client.post(page(writer, "role"), asked).status_code == 200
    assert not now(writer).is_superuser
    client.force_login(known(admin))
    assert client.post(page(writer, "role"), asked).status_code == 302
    assert now(writer).is_superuser


@pytest.mark.parametrize("role", ["anonymous", "outsider", "writer", "editor"])
def test_forged_posts_change_nobody(request, client, known, another_writer, role):
    if role != "anonymous":
        client.force_login(known(request.getfixturevalue(role)))
    before = rows()
    for what, sent in {**SENT, "sessions": {}, "resume": {}}.items():
        answer = client.post(page(another_writer, what), sent | {"password": PASSWORD})
        assert answer.status_code in {302, 404}
    assert rows() == before
    assert now(another_writer).is_active


def test_all_sessions_of_a_person_are_ended(client, writer, chief):
    client.force_login(writer)
    assert now(writer).sessions.count() == 1
    client.cookies.clear()
    client.force_login(chief)
    assert client.get(page(writer, "sessions")).status_code == 200
    assert now(writer).sessions.count() == 1
    client.post(page(writer, "sessions"), {})
    assert now(writer).sessions.count() == 0
    assert last().move == "end_sessions"
