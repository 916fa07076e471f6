"""Articles and pictures of an imagined magazine: the project's sample content."""

from typing import Any

type Said = dict[str, dict[str, str | bool]]

# The static pages, by their slugs: what they are called in the menu.
PAGES = {
    "about": "『水準点』について",
    "policy": "編集方針",
    "publisher": "発行と連絡先",
    "privacy": "個人情報の扱い",
}
PAPER: dict[str, Any] = {
    "name": "水準点",
    "tagline": "まちと道具と、その間にいる人の雑誌",
    "publisher": "水準点編集部",
    "footer": "この雑誌と、登場する人、店、自治体は、すべて架空のものです。",
    "menu": [{"name": name, "address": f"/{slug}/"} for slug, name in PAGES.items()],
}

# What no article says of its author, its section and its series, by their names.
AUTHORS: Said = {
    "唐木田依": {
        "yomi": "からきだ より",
        "title": "記者",
        "bio": "領収書、時刻表、工賃の控え。数字の並んだ紙を見せてもらうところから、取材を始める。",
    },
    "久我原澄": {
        "yomi": "くがはら すみ",
        "title": "ライター",
        "bio": "建物と、建物のまわりの道を書く。かばんには、巻き尺と方眼のノート。",
    },
    "木暮侑人": {
        "yomi": "こぐれ ゆうと",
        "title": "エンジニア",
        "bio": "機械の時刻を合わせる仕事をしてきた。時計は信じないが、暦は信じている。",
    },
    "梶ヶ谷峻": {
        "yomi": "かじがや しゅん",
        "title": "記者",
        "bio": "ものをつくる人、守る人の現場に通う。書くまでに、季節を一つはまたぐ。",
    },
    "水準点編集部": {
        "yomi": "すいじゅんてんへんしゅうぶ",
        "bio": "『水準点』をつくっている5人。ここに名前のある記事は、全員で読み合わせて出す。",
    },
    "名越ふみ": {
        "yomi": "なごし ふみ",
        "title": "文筆業",
        "bio": "町の図書館の分館に三年勤めた。読みかけの本には、たいてい何かがはさんである。",
    },
    "真砂千景": {
        "yomi": "まさご ちかげ",
        "title": "料理家",
        "bio": "料理教室をひらいて二十年。味は、はかってから見る。",
    },
}
SECTIONS: Said = {
    "まち": {"accent": "#0f5aa8", "description": "歩いて行けるところで、起きていること。"},
    "工芸": {"accent": "#9a4600", "description": "手でつくる人と、その手が選んだ道具。"},
    "技術": {
        "accent": "#006e62",
        "description": "ふだんは目に入らない仕組みが、どう動いているか。",
    },
    "暮らしと経済": {"accent": "#a3246e", "description": "値段と時間と、手間の話。"},
    "本": {"accent": "#6440a8", "description": "読むこと、書くこと、本をつくること。"},
    "食": {"accent": "#456b00", "description": "台所で、確かめたこと。"},
}
SERIES: Said = {
    "時刻をめぐる三つの話": {
        "finished": True,
        "description": "壁の時計は、なぜ合っているのか。一秒の届け方、余った一秒のしまい方、\
時計に頼らない順番の決め方。",
    },
}
