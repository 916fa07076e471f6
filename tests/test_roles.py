"""Who may do what: the whole table, written by hand a second time."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from posts.models import (
    MOVES,
    Author,
    Decided,
    Post,
    Refused,
    Role,
    Seen,
    SiteSettings,
    Status,
    can,
    may,
    permitted,
    roles,
)
from posts.models.moves import RIGHTS
from tests.cast import begin, minute, person, rewrite

pytestmark = pytest.mark.django_db

# Who may make which move: the writer on an own manuscript and on another's, and the desk.
WHO = """
            own  other  editor  publishing_editor  chief  admin  outsider
view        yes  no     yes     yes                yes    yes    no
edit        yes  no     yes     yes                yes    yes    no
submit      yes  no     yes     yes                yes    yes    no
withdraw    yes  no     yes     yes                yes    yes    no
return_     no   no     yes     yes                yes    yes    no
approve     no   no     yes     yes                yes    yes    no
publish     no   no     no      yes                yes    yes    no
fix         no   no     no      yes                yes    yes    no
unschedule  no   no     no      yes                yes    yes    no
unpublish   no   no     no      yes                yes    yes    no
archive     no   no     yes     yes                yes    yes    no
revive      no   no     yes     yes                yes    yes    no
restore     yes  no     yes     yes                yes    yes    no
comment     yes  no     yes     yes                yes    yes    no
share       no   no     yes     yes                yes    yes    no
copy        yes  no     yes     yes                yes    yes    no
erase       yes  no     no      no                 yes    yes    no
"""

# From which state the chief may make it.
WHENCE = """
            draft  in_review  ready  archived
view        yes    yes        yes    yes
edit        yes    yes        yes    no
submit      yes    no         no     no
withdraw    no     yes        no     no
return_     no     yes        yes    no
approve     yes    yes        no     no
publish     yes    yes        yes    no
fix         yes    yes        yes    no
unschedule  yes    yes        yes    no
unpublish   yes    yes        yes    no
archive     yes    yes        yes    no
revive      no     no         no     yes
restore     yes    yes        yes    no
comment     yes    yes        yes    no
share       yes    yes        yes    no
copy        yes    yes        yes    yes
erase       yes    no         no     yes
"""

# What concerns no manuscript.
WHAT = """
                 writer  editor  publishing_editor  chief  admin  outsider
write            yes     yes     yes                yes    yes    no
illustrate       yes     yes     yes                yes    yes    no
describe         no      yes     yes                yes    yes    no
classify         no      yes     yes                yes    yes    no
sign             no      yes     yes                yes    yes    no
import           no      yes     yes                yes    yes    no
publish_imports  no      no      yes                yes    yes    no
audit            no      yes     yes                yes    yes    no
redeliver        no      no      no                 yes    yes    no
settle           no      no      no                 yes    yes    no
merge            no      no      no                 yes    yes    no
"""


def read(table):
    """Return {row: {column: bool}} of a table above."""
    head, *lines = table.strip().splitlines()
    rows = (line.split() for line in lines)
    return {
        name: {column: cell == "yes" for column, cell in zip(head.split(), cells, strict=True)}
        for name, *cells in rows
    }


WHO, WHENCE, WHAT = read(WHO), read(WHENCE), read(WHAT)
CELLS = [(move, who, yes) for move, row in WHO.items() for who, yes in row.items()]

# How a post comes into a state from which the move can be made.
BEFORE = {
    "withdraw": lambda post: post.submit(None),
    "return_": lambda post: post.submit(None),
    "revive": lambda post: post.archive(None),
    "fix": lambda post: (
        post.publish(None, now=minute(1)),
        rewrite(post, "題", deck="書きかけ"),
    ),
    "unschedule": lambda post: post.publish(None, at=minute(10), now=minute(1)),
    "unpublish": lambda post: post.publish(None, now=minute(1)),
}

CALLS = {
    "edit": lambda post, by: post.write(post.manuscript, by=by),
    "restore": lambda post, by: post.restore(post.head, by=by),
    "publish": lambda post, by: post.publish(by, now=minute(2)),
    "fix": lambda post, by: post.fix(
        replace(post.manuscript, deck="訂正"),
        by,
        seen=Seen(1, 2),
        now=minute(2),
        decided=Decided(manuscript={"deck.0": "theirs"}),
    ),
    "unschedule": lambda post, by: post.unschedule(by, now=minute(2)),
    "unpublish": lambda post, by: post.unpublish(by, now=minute(2)),
    "comment": lambda post, by: post.remark(by, "ここは確かですか。"),
    "share": lambda post, by: post.share(by, "読む人"),
}


def play(name):
    """Return the person of a column."""
    if name == "publishing_editor":
        SiteSettings.objects.create(pk=1, editors_publish=True)
    held = {
        "own": [Role.WRITER],
        "other": [Role.WRITER],
        "writer": [Role.WRITER],
        "editor": [Role.EDITOR],
        "publishing_editor": [Role.EDITOR],
        "chief": [Role.CHIEF],
    }
    return person(name, *held.get(name, []), is_superuser=name == "admin")


def prepare(move, created_by):
    """Return a post of `created_by` (None: somebody else's) from which `move` can be made."""
    post = begin(title="題")
    Post.objects.filter(pk=post.pk).update(created_by=created_by)
    if move in BEFORE:
        BEFORE[move](post)
    return Post.objects.get(pk=post.pk)


def test_the_tables_are_whole():
    assert list(WHO) == list(WHENCE) == list(MOVES)
    assert set(WHAT) == set(RIGHTS)


@pytest.mark.parametrize(("move", "who", "yes"), CELLS)
def test_who_may(move, who, yes):
    user = play(who)
    post = prepare(move, user if who == "own" else None)
    assert can(user, move, post) == permitted(user, move, post) == yes


@pytest.mark.parametrize(("move", "who", "yes"), [cell for cell in CELLS if cell[0] != "view"])
def test_the_verb_refuses_whom_the_table_refuses(move, who, yes):
    user = play(who)
    post = prepare(move, user if who == "own" else None)
    call = CALLS.get(move, lambda post, by: getattr(post, move)(by))
    if yes:
        call(post, user)
        return
    before = post.events.count(), post.revisions.count(), post.editions.count()
    with pytest.raises(Refused, match="権限がありません"):
        call(post, user)
    assert before == (post.events.count(), post.revisions.count(), post.editions.count())


@pytest.mark.parametrize("state", ["draft", "in_review", "ready", "archived"])
@pytest.mark.parametrize("move", MOVES)
def test_from_which_state(chief, move, state):
    post = begin()
    if state == "archived":
        post.archive(chief)
    else:
        Post.objects.filter(pk=post.pk).update(status=Status(state))
        post.refresh_from_db()
    assert can(chief, move, post) == WHENCE[move][state]


@pytest.mark.parametrize(
    ("right", "who", "yes"), [(r, who, yes) for r, row in WHAT.items() for who, yes in row.items()]
)
def test_rights(right, who, yes):
    assert may(play(who), right) == yes


def test_a_move_that_is_none_is_an_error(chief):
    with pytest.raises(KeyError):
        can(chief, "delete", begin())


# What is a writer's own


def test_a_manuscript_that_a_writer_signs_is_an_own_one(writer, another_writer):
    author = Author.objects.create(name="山田", slug="yamada", user=another_writer)
    post = begin(writer, bylines=((author.pk, ""),))
    assert can(another_writer, "edit", post)
    assert list(Post.objects.seen_by(another_writer)) == [post]


def test_a_writer_sees_own_manuscripts_only(writer, another_writer):
    mine, theirs = begin(writer), begin(another_writer)
    assert list(Post.objects.seen_by(writer)) == [mine]
    assert list(Post.objects.seen_by(another_writer)) == [theirs]


def test_what_is_published_is_no_more_a_writers_than_before(writer, another_writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    assert not can(another_writer, "view", post)
    assert can(writer, "edit", post)
    assert not can(writer, "unpublish", post)


def test_a_post_seen_once_is_listed_once(writer):
    authors = [Author.objects.create(name=name, slug=name) for name in "ab"]
    Author.objects.filter(pk=authors[0].pk).update(user=writer)
    begin(writer, bylines=((authors[0].pk, ""), (authors[0].pk, "photo"), (authors[1].pk, "")))
    assert Post.objects.seen_by(writer).count() == 1


@pytest.mark.parametrize("name", ["editor", "chief", "admin"])
def test_the_desk_sees_all(writer, another_writer, name, request):
    posts = {begin(writer), begin(another_writer)}
    assert set(Post.objects.seen_by(request.getfixturevalue(name))) == posts


def test_a_writer_who_is_an_editor_too_is_not_bound_to_own_manuscripts(another_writer):
    both = person("both", Role.WRITER, Role.EDITOR)
    post = begin(another_writer)
    assert can(both, "edit", post)
    assert not can(both, "publish", post)


# Who has nothing


@pytest.mark.parametrize("role", ["ライター", "編集者", "編集長"])
def test_an_inactive_user_has_no_rights(role):
    user = person("left", role, is_active=False)
    post = begin()
    Post.objects.filter(pk=post.pk).update(created_by=user)
    post.refresh_from_db()
    assert roles(user) == frozenset()
    assert not any(can(user, move, post) for move in MOVES)
    assert not any(may(user, right) for right in RIGHTS)
    assert not Post.objects.seen_by(user).exists()


def test_an_inactive_superuser_has_no_rights():
    user = person("left", is_superuser=True, is_active=False)
    assert not any(can(user, move, begin()) for move in MOVES)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nobody_has_no_rights(nobody):
    post = begin()
    assert not any(can(nobody, move, post) for move in MOVES)
    assert not Post.objects.seen_by(nobody).exists()


def test_staff_without_a_role_has_no_rights(writer):
    user = person("staff", is_staff=True)
    assert roles(user) == frozenset()
    assert not Post.objects.seen_by(user).exists()


def test_who_loses_the_role_loses_the_own_manuscripts(writer):
    post = begin(writer)
    writer.groups.clear()
    writer = User.objects.get(pk=writer.pk)
    assert not can(writer, "view", post)
    assert not Post.objects.seen_by(writer).exists()


# The setting of a small desk


def test_editors_publish_where_the_setting_says_so(editor, writer):
    SiteSettings.objects.create(pk=1, editors_publish=True)
    post = begin()
    post.publish(editor, now=minute(1))
    with pytest.raises(Refused):
        post.unpublish(writer, now=minute(2))


def test_the_setting_alone_makes_nobody_a_publisher(writer, outsider):
    SiteSettings.objects.create(pk=1, editors_publish=True)
    assert roles(outsider) == frozenset()
    assert roles(writer) == {Role.WRITER}


def test_the_migration_has_made_the_groups():
    assert set(Group.objects.values_list("name", flat=True)) == {"ライター", "編集者", "編集長"}
