"""What readers of a page would stumble over: sentences in Japanese, for the desk."""

from collections.abc import Iterable

from .rendering import Rendered

_SHOWN = 3  # pieces of text, or slugs, that a sentence names


def problems(rendered: Rendered) -> tuple[str, ...]:
    """Return what readers of this body would stumble over, a sentence each; () for nothing."""
    links = (broken_links(rendered.broken),) if rendered.broken else ()
    return (*links, *misread(rendered))


def misread(rendered: Rendered) -> tuple[str, ...]:
    """Return where this body was not read as it was meant, a sentence each; () for nowhere."""
    if rendered.as_typed:
        return (
            "本文を Markdown として読み切れなかったため、書いたままの文字で表示します。"
            "記号の入れ子や、閉じていない括弧の並びを減らしてください。",
        )
    if rendered.left_over:
        named = _some([f"「{surroundings}」" for surroundings in rendered.left_over])
        return (
            f"本文に「**」がそのまま残っています：{named}。"
            "強調にするなら、「**」の内側の空白を取り、前後の数をそろえてください。"
            "「**」の字を出すのなら、「\\*\\*」と書いてください。",
        )
    return ()


def without_alt(rendered: Rendered) -> int:
    """Return how many pictures of this body say nothing to who does not see them."""
    return rendered.html.count(' alt=""')


def broken_links(slugs: Iterable[str]) -> str:
    """Return the sentence on links to articles that are not there, by the slugs they name."""
    named = _some([f"post:{slug}" for slug in slugs])
    return (
        f"本文のリンク先が見つかりません：{named}。読者には、リンクのない文字として見えます。"
        "つづりを確かめてください。まだ公開していない記事なら、そちらを先に公開してください。"
    )


def _some(words: list[str]) -> str:
    rest = len(words) - _SHOWN
    return "、".join(words[:_SHOWN]) + (f"、ほか{rest}か所" if rest > 0 else "")
