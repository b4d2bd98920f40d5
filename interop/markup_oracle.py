"""What Telethon's Markdown and HTML modules make of texts whose rules we share.

Writes `crates/client/src/text/telethon.ndjson`, which the client's unit tests read: a text with its markup, what
Telethon reads in it, and what Telethon writes of that again. With --check it compares instead of writing.

    interop/.venv/bin/python interop/markup_oracle.py [--check]
"""
import json
import pathlib
import random
import sys

from telethon.extensions import html, markdown

FILE = pathlib.Path(__file__).parent.parent / "crates/client/src/text/telethon.ndjson"

BY_HAND = {
    "markdown": [
        "", "plain", "**a**", "__a__", "~~a~~", "`a`", "```a b```", "[a](https://example.org)", "[a](tg://user?id=1)",
        "**a** __b__ ~~c~~ `d`", "**a __b__ c**", "**a __b c** d__ e", "~~**__a__**~~", "`**a**`", "```__a__ `b` c```",
        "a ** b", "a**", "**a", "2 * 3 * 4", "snake_case_name", "a__b__c", "👍🏽 **👍** 👍", "**👨‍👩‍👧 a**", "[a", "a](b)",
        "[a] (b)", "[a b](https://example.org/?c=d&e=f)", "**[a](https://example.org)**", "**a [b c](u) d**",
        "a\n**b\nc**\nd", "`a\nb`", "x** a **y", "a*b*c", "é **ü** ß", "****", "**** a", "`", "a ` b", "[]", "a]b[c",
        "**a** **b**", "~~a __b__~~ __c__", "[a](u) [b](v)", "`a` **b** `c`", "١ **٢** 3",
    ],
    "html": [
        "", "plain", "<b>a</b>", "<strong>a</strong>", "<i>a</i>", "<em>a</em>", "<u>a</u>", "<s>a</s>", "<del>a</del>",
        "<code>a</code>", "<pre>a</pre>", "<pre><code class=\"language-rust\">a\nb</code></pre>", "<a href=\"https://example.org/?a=b&amp;c=d\">e</a>",
        "<a href='u'>a</a>", "<a href=\"tg://user?id=1\">a</a>", "<tg-emoji emoji-id=\"5\">👍</tg-emoji>", "<blockquote>a\nb</blockquote>",
        "<blockquote expandable>a</blockquote>", "<b>a<i>b</b>c</i>", "<b>a <i>b <u>c</u></i></b> d", "a &lt; b &amp;&amp; c &gt; d",
        "&quot;a&quot; &#97; &#x1F44D;", "a <unknown>b</unknown> c", "a < b", "a <3 b", "1 &lt;b&gt; 2", "<B>a</B>", "<b >a</b >",
        "<b class=\"x\">a</b>", "a <!-- b --> c", "<code>a &lt;b&gt; c</code>", "👍🏽 <b>👍</b> 👍", "</b>a", "<b></b>a", "<b>a\nb</b>\nc",
        "<u><s>a</s></u>", "<b>a</b> <b>b</b>", "<a>a</a>", "<tg-emoji>👍</tg-emoji>", "<blockquote><b>a</b> b</blockquote>",
    ],
}

WORDS = ["word", "two words", "👍🏽", "é", "x1", "a, b", "line\nline", "(c)", "5 + 5"]
KINDS = {
    "markdown": {"b": ("**", "**"), "i": ("__", "__"), "s": ("~~", "~~"), "a": ("[", "](https://example.org/?q=1)"), "c": ("`", "`")},
    "html": {
        "b": ("<b>", "</b>"), "i": ("<em>", "</em>"), "u": ("<u>", "</u>"), "s": ("<del>", "</del>"), "q": ("<blockquote>", "</blockquote>"),
        "a": ("<a href=\"https://example.org/?q=1\">", "</a>"), "c": ("<code>", "</code>"), "p": ("<pre>", "</pre>"),
    },
}
HOLDS_NOTHING = {"markdown": "ca", "html": "cp"}


def made(chance, mode, inside=""):
    """A text whose pieces are apart, with formats inside formats of other kinds."""
    pieces = []
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice("." + "".join(KINDS[mode]))
        if kind == "." or kind in inside or len(inside) > 2:
            pieces.append(chance.choice(WORDS))
            continue
        before, after = KINDS[mode][kind]
        content = chance.choice(WORDS) if kind in HOLDS_NOTHING[mode] else made(chance, mode, inside + kind)
        pieces.append(before + content + after)
    return " ".join(pieces)


def said(entity):
    fields = entity.to_dict()
    fields = {name: value for name, value in fields.items() if value is not None and value is not False}
    kind = fields.pop("_")
    # Telethon makes mentions of these addresses when it sends a message, and we when we read it.
    if fields.get("url", "").startswith("tg://user?id="):
        kind, fields["user_id"] = "MessageEntityMentionName", int(fields.pop("url").removeprefix("tg://user?id="))
    return {"_": kind[0].lower() + kind[1:], **fields}


def lines():
    chance = random.Random(4)
    for mode, module in [("markdown", markdown), ("html", html)]:
        for source in BY_HAND[mode] + [made(chance, mode) for _ in range(60)]:
            text, entities = module.parse(source)
            told = sorted((said(entity) for entity in entities), key=lambda e: json.dumps(e, sort_keys=True))
            yield json.dumps({"mode": mode, "source": source, "text": text, "entities": told}, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    now = "".join(line + "\n" for line in lines())
    if "--check" not in sys.argv:
        FILE.write_text(now)
    elif FILE.read_text() != now:
        sys.exit(f"{FILE} is not what Telethon says today; write it again")
