//! Examples, and texts and entities made by chance.

use heliogram_tl::api::{self, TypeMessageEntity as Entity};
use heliogram_tl::reflect::from_json;
use heliogram_tl::{AccessHash, Encode as _, UserId};
use serde_json::Value as Json;

use super::spans::{Kind, from_entities};
use super::{ParseMode, parse, to_html, to_markdown};

use ParseMode::{Html, Markdown};

/// Reads a text and compares with the text and the pieces that are said to be something.
fn check(mode: ParseMode, markup: &str, text: &str, pieces: &[(&str, Kind)]) {
    let (read, entities) = parse(markup, mode);
    let said: Vec<_> = from_entities(&read, &entities)
        .into_iter()
        .map(|span| (&read[span.start..span.end], span.kind))
        .collect();
    assert_eq!((read.as_str(), said.as_slice()), (text, pieces), "{markup}");
    let back = match mode {
        Markdown => to_markdown(&read, &entities),
        Html => to_html(&read, &entities),
    };
    assert_eq!(
        parse(&back, mode),
        (read, entities),
        "{markup} became {back}"
    );
}

fn link(url: &str) -> Kind {
    Kind::Link { url: url.into() }
}

fn pre(language: &str) -> Kind {
    let language = language.into();
    Kind::Pre { language }
}

#[test]
fn offsets_count_utf16_units() {
    let (text, entities) = parse("👍🏽 **é** <b>", Markdown);
    assert_eq!(text, "👍🏽 é <b>");
    assert_eq!(
        entities,
        [api::MessageEntityBold {
            offset: 5,
            length: 1
        }
        .into()]
    );
    let (_, entities) = parse("<i>👍🏽</i>", Html);
    assert_eq!(
        entities,
        [api::MessageEntityItalic {
            offset: 0,
            length: 4
        }
        .into()]
    );
}

#[test]
fn markdown_has_every_format() {
    use Kind::*;
    let one = |markup, text, kind| check(Markdown, markup, text, &[(text, kind)]);
    one("**a**", "a", Bold);
    one("__a__", "a", Italic);
    one("--a b--", "a b", Underline);
    one("~~a~~", "a", Strike);
    one("||a||", "a", Spoiler);
    one("`**a**`", "**a**", Code);
    one("`` a`b ``", "a`b", Code);
    one("```rust\nfn\n\n```", "fn\n", pre("rust"));
    one("```a b```", "a b", pre(""));
    one("````\n```\n````", "```", pre(""));
    one(
        "[a](https://example.org/x_(y)?a=1&b)",
        "a",
        link("https://example.org/x_(y)?a=1&b"),
    );
    one("[Ann](tg://user?id=5)", "Ann", Mention { user_id: 5 });
    one("![👍](tg://emoji?id=7)", "👍", Emoji { document_id: 7 });
    one("> a\n>\n> b", "a\n\nb", Quote { collapsed: false });
    one("**> a\n> b", "a\nb", Quote { collapsed: true });
}

#[test]
fn html_has_every_format() {
    use Kind::*;
    let one = |markup, text, kind| check(Html, markup, text, &[(text, kind)]);
    one("<b>a</b>", "a", Bold);
    one("<STRONG>a</Strong >", "a", Bold);
    one("<em>a</em>", "a", Italic);
    one("<ins>a</ins>", "a", Underline);
    one("<strike>a</strike>", "a", Strike);
    one("<span class='tg-spoiler'>a</span>", "a", Spoiler);
    one("<tg-spoiler>a</tg-spoiler>", "a", Spoiler);
    one("<code>a &lt; b</code>", "a < b", Code);
    one("<pre>a</pre>", "a", pre(""));
    one(
        "<pre><code class=\"language-rust\">a</code></pre>",
        "a",
        pre("rust"),
    );
    one("<pre language=c>a</pre>", "a", pre("c"));
    one(
        "<a href=\"https://example.org/?a=1&amp;b='2'\">a</a>",
        "a",
        link("https://example.org/?a=1&b='2'"),
    );
    one(
        "<a href='tg://user?id=5'>Ann</a>",
        "Ann",
        Mention { user_id: 5 },
    );
    one(
        "<tg-emoji emoji-id=\"7\">👍</tg-emoji>",
        "👍",
        Emoji { document_id: 7 },
    );
    one(
        "<blockquote>a\nb</blockquote>",
        "a\nb",
        Quote { collapsed: false },
    );
    one(
        "<blockquote expandable>a</blockquote>",
        "a",
        Quote { collapsed: true },
    );
}

#[test]
fn formats_nest_and_overlap() {
    use Kind::*;
    let nested = [("a b c", Bold), ("b", Italic)];
    check(Markdown, "**a __b__ c**", "a b c", &nested);
    check(Html, "<b>a <i>b</i> c</b>", "a b c", &nested);
    let overlapping = [("ab", Bold), ("bc", Italic)];
    check(Markdown, "**a__b**c__", "abc", &overlapping);
    check(Html, "<b>a<i>b</b>c</i>", "abc", &overlapping);
    let around_a_link = [("ab", Bold), ("bc", link("u"))];
    check(Markdown, "**a[b**c](u)", "abc", &around_a_link);
    check(
        Markdown,
        "[**a** `b`](u)",
        "a b",
        &[("a b", link("u")), ("a", Bold), ("b", Code)],
    );
    check(Html, "<b>a<b>b</b>c</b>", "abc", &[("abc", Bold)]);
    let in_a_quote = [
        ("a\nb", Quote { collapsed: false }),
        ("b", Bold),
        ("c", Code),
    ];
    check(Markdown, "> a\n> **b**\n`c`", "a\nb\nc", &in_a_quote);
}

#[test]
fn what_is_no_markdown_is_text() {
    for text in [
        "",
        "*",
        "**",
        "****",
        "** a",
        "2 * 3 * 4 ** 5",
        "a -- b -- c",
        "a || b || c",
        "-----\na\n-----",
        "-- a--",
        "a_b_c",
        "`",
        "``",
        "a ` b",
        "```",
        "```\n```",
        "[",
        "]",
        "[a]",
        "[a](",
        "[a](b c)",
        "a](b)",
        "![a",
        ">",
        ">_<",
        "a > b",
        "C:\\new\\dir",
        "\\d+\\.",
        "\\",
        "http://example.org/?a=b&c=d",
        "((()))",
        "!",
        "> ",
        "**> ",
    ] {
        check(Markdown, text, text, &[]);
    }
    check(Markdown, "![a](b)", "!a", &[("a", link("b"))]);
    check(Markdown, "[[a](b)", "[a", &[("a", link("b"))]);
    check(Markdown, "[a](b(c)", "a", &[("a", link("b(c"))]);
}

#[test]
fn what_is_no_html_is_text() {
    for text in [
        "<",
        "a < b",
        "a <3",
        "</",
        "<>",
        "&",
        "&lt",
        "&nope;",
        "&#0;",
        "&#xD800;",
        "&#99999999;",
        "<!-- a",
        "< b>",
        "<b",
    ] {
        check(Html, text, text, &[]);
    }
    check(Html, "<b>a", "a", &[("a", Kind::Bold)]);
    check(Html, "a</b>", "a", &[]);
    check(Html, "<p>a<br/>b</p><!-- c -->", "a\nb", &[]);
    check(Html, "<a>a</a><a href=>b</a>", "ab", &[]);
    check(Html, "<b a=\">\" b>c</b>", "c", &[("c", Kind::Bold)]);
    check(Html, "<b a=\">c</b>", "c", &[("c", Kind::Bold)]);
    check(Html, "&#x1F44D;&#97;&nbsp;&quot;", "👍a\u{a0}\"", &[]);
}

#[test]
fn a_backslash_makes_marks_plain() {
    check(Markdown, r"\**a\**", "**a**", &[]);
    check(Markdown, r"**a\*\*b**", "a**b", &[("a**b", Kind::Bold)]);
    check(Markdown, r"\[a](b)", "[a](b)", &[]);
    check(Markdown, r"\> a", "> a", &[]);
    check(Markdown, r"`\*`", r"\*", &[(r"\*", Kind::Code)]);
    check(Markdown, r"[a\]b](c\)d)", "a]b", &[("a]b", link("c)d"))]);
}

#[test]
fn nothing_is_said_inside_code_and_no_link_is_in_a_link() {
    check(
        Html,
        "<code>a<b>b</b><a href=u>c</a></code>",
        "abc",
        &[("abc", Kind::Code)],
    );
    check(
        Html,
        "<b><code>a</code></b>",
        "a",
        &[("a", Kind::Bold), ("a", Kind::Code)],
    );
    check(
        Html,
        "<b>a<code>b</b>c</code>",
        "abc",
        &[("a", Kind::Bold), ("bc", Kind::Code)],
    );
    check(
        Html,
        "<a href=u>a<a href=v>b</a></a>",
        "ab",
        &[("ab", link("u"))],
    );
    // A tag that closes ends the last that was opened.
    check(Html, "<b>a</b><b>b</b>", "ab", &[("ab", Kind::Bold)]);
}

#[test]
fn entities_beyond_the_text_or_inside_a_character_are_moved() {
    let bold = |offset, length| [Entity::from(api::MessageEntityBold { offset, length })];
    assert_eq!(to_html("ab", &bold(1, 9)), "a<strong>b</strong>");
    assert_eq!(to_html("ab", &bold(-1, 2)), "<strong>a</strong>b");
    assert_eq!(to_html("ab", &bold(i32::MAX, i32::MAX)), "ab");
    assert_eq!(to_html("ab", &bold(0, -1)), "ab");
    assert_eq!(to_html("👍a", &bold(1, 2)), "👍<strong>a</strong>");
}

#[test]
fn a_mention_that_was_made_for_the_server_is_a_mention() {
    let user_id = api::InputUser {
        user_id: UserId(5),
        access_hash: AccessHash(6),
    }
    .into();
    let entities = [api::InputMessageEntityMentionName {
        offset: 0,
        length: 3,
        user_id,
    }
    .into()];
    assert_eq!(to_markdown("Ann", &entities), "[Ann](tg://user?id=5)");
}

#[test]
fn what_is_read_is_written_and_read_the_same() {
    let mut chance = Chance(1);
    for _ in 0..30_000 {
        let (markdown, html) = (chance.text(&MARKDOWN), chance.text(&HTML));
        for (mode, markup) in [(Markdown, markdown), (Html, html)] {
            let (text, entities) = parse(&markup, mode);
            let html = to_html(&text, &entities);
            assert_eq!(
                parse(&html, Html),
                (text.clone(), entities.clone()),
                "{markup:?} became {html:?}"
            );
            if mode == Markdown {
                let markdown = to_markdown(&text, &entities);
                assert_eq!(
                    parse(&markdown, mode),
                    (text, entities),
                    "{markup:?} became {markdown:?}"
                );
            }
        }
    }
}

#[test]
fn any_entities_are_written_and_mean_the_same_of_every_character() {
    let mut chance = Chance(2);
    for _ in 0..30_000 {
        let text = chance.text(&PLAIN);
        let entities = chance.entities(&text);
        let meant = meaning(&text, &entities);
        let html = to_html(&text, &entities);
        let (read, found) = parse(&html, Html);
        assert_eq!(read, text, "{html:?}");
        assert_eq!(meaning(&read, &found), meant, "{html:?}");
        let markdown = to_markdown(&text, &entities);
        let (read, found) = parse(&markdown, Markdown);
        assert_eq!(read, text, "{markdown:?}");
        // Quotes are whole lines there, and what crosses them is cut.
        if !entities
            .iter()
            .any(|entity| matches!(entity, Entity::MessageEntityBlockquote(_)))
        {
            assert_eq!(meaning(&read, &found), meant, "{markdown:?}");
        }
    }
}

#[test]
fn long_malformed_texts_take_no_longer_than_others() {
    let began = std::time::Instant::now();
    for piece in [
        "[", "[a](", "![", "`", "\\`` ", "**", "<a \"", "<!--", "&#", "> a\n\n", "**a`b`", "[](",
        "<b>", "</i>", "**> ",
    ] {
        let text = piece.repeat(50_000 / piece.len());
        for mode in [Markdown, Html] {
            let (read, entities) = parse(&text, mode);
            let _ = (to_html(&read, &entities), to_markdown(&read, &entities));
        }
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

/// What is said of each character.
fn meaning(text: &str, entities: &[Entity]) -> Vec<(char, Vec<Kind>)> {
    let spans = from_entities(text, entities);
    let said = text.char_indices().map(|(at, character)| {
        let around = spans
            .iter()
            .filter(|span| span.start <= at && at < span.end);
        let mut kinds: Vec<_> = around.map(|span| span.kind.clone()).collect();
        kinds.sort();
        (character, kinds)
    });
    said.collect()
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn text(&mut self, pieces: &[&str]) -> String {
        let length = self.below(14);
        (0..length)
            .map(|_| pieces[self.below(pieces.len())])
            .collect()
    }

    fn entities(&mut self, text: &str) -> Vec<Entity> {
        let units = text.encode_utf16().count() + 2;
        let count = self.below(6);
        let entities = (0..count).map(|_| {
            let (offset, length) = (self.below(units) as i32, self.below(units) as i32);
            match self.below(11) {
                0 => api::MessageEntityBold { offset, length }.into(),
                1 => api::MessageEntityItalic { offset, length }.into(),
                2 => api::MessageEntityUnderline { offset, length }.into(),
                3 => api::MessageEntityStrike { offset, length }.into(),
                4 => api::MessageEntitySpoiler { offset, length }.into(),
                5 => api::MessageEntityCode { offset, length }.into(),
                6 => api::MessageEntityPre {
                    offset,
                    length,
                    language: "rs".into(),
                }
                .into(),
                7 => api::MessageEntityTextUrl {
                    offset,
                    length,
                    url: "a://b?(c\\)\"&".into(),
                }
                .into(),
                8 => api::MessageEntityMentionName {
                    offset,
                    length,
                    user_id: UserId(5),
                }
                .into(),
                9 => api::MessageEntityCustomEmoji {
                    offset,
                    length,
                    document_id: 6,
                }
                .into(),
                _ => api::MessageEntityBlockquote {
                    collapsed: length % 2 == 0,
                    offset,
                    length,
                }
                .into(),
            }
        });
        entities.collect()
    }
}

const PLAIN: [&str; 24] = [
    "a", "b", " ", "\n", "👍", "é", "*", "_", "~", "|", "-", "`", "``", "[", "]", "(", ")", "!",
    "\\", ">", "> ", "<", "&", "\"",
];
const MARKDOWN: [&str; 27] = [
    "a",
    "b ",
    " ",
    "\n",
    "👍",
    "**",
    "__",
    "~~",
    "--",
    "||",
    "`",
    "``",
    "```",
    "```rs\n",
    "\n```",
    "[",
    "](u)",
    "](tg://user?id=5)",
    "![",
    "](tg://emoji?id=6)",
    "\\",
    "> ",
    "\n> ",
    "\n**> ",
    "(",
    ")",
    "<",
];
const HTML: [&str; 29] = [
    "a",
    "b ",
    " ",
    "\n",
    "👍",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<u>",
    "</u>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<code class=\"language-rs\">",
    "<a href='u'>",
    "<a href=\"tg://user?id=5\">",
    "</a>",
    "<tg-emoji emoji-id=6>",
    "</tg-emoji>",
    "<blockquote expandable>",
    "<blockquote>",
    "</blockquote>",
    "&lt;",
    "&",
    "<",
    ">",
    "<br>",
];

/// `interop/markup_oracle.py` has made the file.
#[test]
fn telethon_reads_the_same_where_its_rules_are_ours() {
    let mut told = 0;
    for line in include_str!("telethon.ndjson").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let mode = if case["mode"] == "html" {
            Html
        } else {
            Markdown
        };
        let source = case["source"].as_str().unwrap();
        let (text, entities) = parse(source, mode);
        assert_eq!(case["text"], text, "{source}");
        let mut ours: Vec<_> = entities
            .iter()
            .map(|ours| ours.to_bytes().unwrap())
            .collect();
        let theirs = case["entities"].as_array().unwrap().iter();
        let mut theirs: Vec<_> = theirs
            .map(|theirs| from_json(theirs).unwrap().to_bytes().unwrap())
            .collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{source}");
        told += 1;
    }
    assert!(told > 200);
}
