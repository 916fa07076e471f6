"""Articles and pictures of an imagined magazine: the project's sample content."""

PAPER = {
    "name": "水準点",
    "tagline": "まちと道具と、その間にいる人の雑誌",
    "publisher": "水準点編集部",
}

READINGS = {
    "唐木田依": "からきだ より",
    "久我原澄": "くがはら すみ",
    "木暮侑人": "こぐれ ゆうと",
    "梶ヶ谷峻": "かじがや しゅん",
    "水準点編集部": "すいじゅんてんへんしゅうぶ",
    "名越ふみ": "なごし ふみ",
    "真砂千景": "まさご ちかげ",
}
