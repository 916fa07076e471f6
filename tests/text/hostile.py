"""Hostile sources, built by rule: every mark of the dialect, opened, repeated, mixed and nested."""

import random

# Each of these has a line to itself.
LINES = """\
```
```python
~~~
````
``` ruby:a.rb
:::message
:::details 題
:::note warn
:::
::::message
::::
!!! note
!!! warning "題"
> [!NOTE]
> [!TIP] 題
>
> a
- a
* a
+ a
1. a
2) a
999. a
- [ ] a
- [x] a
-
  - a
    - a
        a
[a]: b
[a]: <b> "c"
[^a]: b
[^b]: 字[^a]
[^a]:
: a
字
{: .a }
{: #a }
|a|b|
|-|-|
|{漢|か}|`|`|
a|b
-|-
# a
## a {#a}
### a {: #a}
#
===
---
***
_ _ _
<div>
</div>
<p>
<ul><li>
<table><tr><td>
</table>
<details>
<summary>題</summary>
</details>
<pre>
</pre>
<script>
</script>
<style>
</style>
<!--
-->
<!-- a -->
<!--more-->
<?
?>
<![CDATA[
]]>
<!DOCTYPE a>
<textarea>
<select>
<svg>
<math>
<template>
<noscript>
<hr class="more">
<stashed>
<h1>a</h1>
<h2 id="main">a</h2>
<iframe src="https://youtu.be/dQw4w9WgXcQ"></iframe>
<iframe src="//evil.example">
@[youtube](dQw4w9WgXcQ)
@[card](https://e.jp)
@[tweet](a
https://youtu.be/dQw4w9WgXcQ
<https://x.com/a/status/1>
https://vimeo.com/1
![a](b)
![a](b "c")
*（撮影：山田）*
©
\u3000字
\u3000

    字
\t字"""
# "_" in marks of four and more characters is a space.
MARKS = """\
` `` ``` * ** *** _ __ ~ ~~ [ ] ( ) ![ ]( [a] [a][b] [a](b) [a](b [a](<b> [a](b_"c") ^[ ^[a] \
[^a] [^ { } {漢|か} {漢|か｜漢《か》 漢《か》 《《 》》 《《強》》 《 》 ｜ | \\ \\* \
{:_.a_} {#a} {: *a* **強** __強__ ~~a~~ `a` `` < > </ <b> </b> <a_href="b"> \
</a> <a_href= <i <b_" <ruby> <rt> </ruby> <script> \
</script> <img_src=a_onerror=a> <!-- --> <svg> <math> <select> <title> <textarea> <template> \
<br> <o:p> Vec<T> & &amp; &lt; &#60; &#8; &#x110000; ; " ' = https:// https://e.jp/( \
https://e.jp/[a] http://a) https://e.jp/%E6%9D <https://a> <a@b.jp> [a](post:b) [](post:b) \
[a](javascript:a) [a](//evil.example) [a](\\\\evil) ![a](data:a) ![a](b_=250x) :: : - + 1. \
12月 !? !! 5*3 字 漢 か゚ 👨‍👩‍👧 e\u0301 가 。 「 」 \u3000 _ \u200b \u202e \x02 \x03 \
\x02klzzwxh:0\x03 \x02wzxhzdk:0\x03 \x02container:0\x03 klzzwxh:0 wzxhzdk:0"""
CONTAINERS = ["> ", ">", "- ", "* ", "1. ", "  ", "    ", "\t", "　", ": ", "[^a]: ", "- [ ] ", "#"]


def tokens():
    """Return the lines, each with its end, and the marks."""
    marks = [mark.replace("_", " ") if len(mark) > 3 else mark for mark in MARKS.split(" ")]
    return [f"{line}\n" for line in LINES.split("\n")] + marks


def pumped(pick, times):
    """One, two or three tokens again and again."""
    return "".join(pick() for _ in range(times % 3 + 1)) * times


def enclosed(pick, times):
    """A pump behind one token and before another."""
    return pick() + pick() * times + pick()


def paired(pick, times):
    """Many openings, then as many ends, whether they fit or not."""
    return pick() * times + "字" + pick() * times


def mixed(pick, times):
    """Any tokens."""
    return "".join(pick() for _ in range(times))


RULES = (pumped, enclosed, paired, mixed)


def sources(seed, count, longest=30):
    """Return sources, the same for the same seed.

    Args:
        seed: where the random numbers begin.
        count: how many.
        longest: the most times that a token is repeated.
    """
    chance = random.Random(seed)
    known = tokens()
    return [_source(chance, known, number, longest) for number in range(count)]


def _source(chance, known, number, longest):
    build = RULES[number % len(RULES)]
    source = build(lambda: chance.choice(known), chance.randint(1, longest))
    if number % 3:
        return source
    lead = "".join(chance.choices(CONTAINERS, k=chance.randint(1, 5)))
    indent = chance.choice([lead, " " * len(lead), ""])
    return lead + source.replace("\n", f"\n{indent}")
