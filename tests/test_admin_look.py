"""The desk in a browser: writing with an input method, preview, hand-in, phones; its words."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django import contrib
from django.conf import settings
from django.test import Client

from tests.cast import begin

PHONE = {"width": 390, "height": 844}
JAPANESE = re.compile("[぀-ヿ一-鿿]")
LINE = re.compile(r'(?:(\w+)(?:\[\d\])? )?(".*")$', re.MULTILINE)
DJANGO = Path(contrib.__file__).parent
OURS = Path(settings.LOCALE_PATHS[0])
CATALOGUES = [("admin", "django"), ("admin", "djangojs"), ("auth", "django")]


def enter(page, live_server, user):
    """Give the browser the session of `user`."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def type_japanese(page, field, *steps):
    """Type through an input method: each of `steps` is composed, the last is chosen."""
    page.locator(field).focus()
    session = page.context.new_cdp_session(page)
    for text in steps:
        where = {"selectionStart": len(text), "selectionEnd": len(text)}
        session.send("Input.imeSetComposition", {"text": text, **where})
    session.send("Input.insertText", {"text": steps[-1]})


@pytest.fixture
def complaints(page):
    """What the console says in any tab: errors, and all that the CSP refuses."""
    found = []

    def listen(tab):
        tab.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
        tab.on("pageerror", lambda error: found.append(str(error)))

    listen(page)
    page.context.on("page", listen)
    return found


def test_a_writer_writes_previews_and_hands_in(live_server, page, writer, complaints):
    writer.set_password("とても長い合言葉")
    writer.save()
    page.goto(f"{live_server.url}/admin/posts/post/")
    page.fill("#id_username", writer.username)
    page.fill("#id_password", "とても長い合言葉")
    page.click("[type=submit]")
    page.click("text=新しい原稿")
    type_japanese(page, "#id_title", "k", "か", "かわ", "川")
    type_japanese(page, "#id_body", "n", "な", "なが", "流れる")
    page.click("button:text-is('保存')")
    assert "「川」を保存しました" in page.inner_text(".messagelist")
    type_japanese(page, "#id_deck", "み", "水の話")
    with page.expect_popup() as opened:
        page.click("button:text-is('下見')")
    assert "流れる" in opened.value.inner_text("article")
    assert "水の話" in opened.value.inner_text("article")
    page.click("button:text('保存して確認に出す')")
    page.click("button:text-is('確認に出す')")
    assert page.inner_text(".standing .state") == "確認待ち"
    assert page.input_value("#id_deck") == "水の話"
    assert complaints == []


def test_a_stale_form_leads_to_both_texts(live_server, page, writer, complaints):
    post = begin(writer, "先の題", "　字下げした本文です。")
    enter(page, live_server, writer)
    page.goto(f"{live_server.url}/admin/posts/post/{post.pk}/change/")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#id_title", "先に保存した題")
    other.click("button:text-is('保存')")
    page.fill("#id_title", "あとから保存した題")
    page.click("button:text-is('保存')")
    texts = page.locator(".versus .text").all_inner_texts()
    assert "先に保存した題" in texts[0]
    assert "あとから保存した題" in texts[1]
    assert "　字下げした本文です。" in texts[1]


@pytest.mark.parametrize("address", ["post/", "post/add/", "author/", "post/{}/history/"])
def test_nothing_scrolls_sideways_on_a_phone(live_server, page, chief, complaints, address):
    title = "川沿いの町で、時計の針を三分だけ進めて暮らす人たちの話を聞いた"
    post = begin(chief, title)
    enter(page, live_server, chief)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/admin/posts/{address.format(post.pk)}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert complaints == []


def test_a_title_on_a_phone_has_the_whole_width(live_server, page, chief):
    begin(chief, "川沿いの町で、時計の針を三分だけ進めて暮らす人たちの話を聞いた")
    enter(page, live_server, chief)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/admin/posts/post/")
    assert page.locator(".field-title_line").bounding_box()["width"] > 340


def test_every_button_speaks_japanese(live_server, page, admin):
    post = begin(admin)
    enter(page, live_server, admin)
    form = f"posts/post/{post.pk}/change/"
    pages = ["posts/post/", form, "posts/post/import/", "posts/author/add/", "posts/person/"]
    for address in ["", *pages, "password_change/"]:
        page.goto(f"{live_server.url}/admin/{address}")
        page.wait_for_load_state("networkidle")
        buttons = re.findall("- button.*", page.locator("body").aria_snapshot())
        assert len(buttons) >= 2, address
        assert [button for button in buttons if not JAPANESE.search(button)] == [], address


def messages(path):
    """Return {(context, id): [texts]} of the .po file `path`, its header excepted."""
    found = {}
    for block in path.read_text().split("\n\n"):
        entry, key = {}, ""
        for word, text in LINE.findall(re.sub("^#.*$", "", block, flags=re.MULTILINE)):
            key = word or key
            if word == "msgstr":
                entry.setdefault(word, []).append("")
            elif word:
                entry[word] = ""
            if key == "msgstr":
                entry[key][-1] += ast.literal_eval(text)
            else:
                entry[key] += ast.literal_eval(text)
        if entry.get("msgid"):
            found[entry.get("msgctxt"), entry["msgid"]] = entry["msgstr"]
    return found


@pytest.mark.parametrize(("app", "domain"), CATALOGUES)
def test_we_say_what_django_leaves_in_english(app, domain):
    theirs = DJANGO / app / "locale" / "{}" / "LC_MESSAGES" / f"{domain}.po"
    wanted = messages(Path(str(theirs).format("en")))
    said = messages(Path(str(theirs).format("ja")))
    ours = messages(OURS / "ja" / "LC_MESSAGES" / f"{domain}.po")
    silent = [
        key for key in wanted if not all(said.get(key, [""])) and not all(ours.get(key, [""]))
    ]
    assert len(wanted) > 80
    assert silent == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_words_are_the_written_ones(domain):
    compiled = gettext.translation(domain, OURS, ["ja"])
    written = messages(OURS / "ja" / "LC_MESSAGES" / f"{domain}.po")
    for (context, words), texts in written.items():
        said = compiled.pgettext(context, words) if context else compiled.gettext(words)
        plural = compiled.ngettext(words, words, 1)
        assert texts[0] in {said, plural}
