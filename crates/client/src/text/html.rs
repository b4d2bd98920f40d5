//! HTML: the tags that Telegram has a format for.
//!
//! The reader takes every tag for itself, as Telethon's and GramJS's do: `<b>a<i>b</b>c</i>` has two formats that overlap. A
//! tag that it does not know is left out, one that nobody closes ends with the text, and what is no tag is text.

use heliogram_tl::api;

use super::spans::{self, Kind, MENTION, Span, Step};

/// Writes a text with its entities as HTML, with tags that nest.
///
/// ```
/// use heliogram::{api, text::to_html};
///
/// let entities = [api::MessageEntityPre { offset: 4, length: 5, language: "c".into() }.into()];
/// assert_eq!(to_html("if: a < b", &entities), r#"if: <pre><code class="language-c">a &lt; b</code></pre>"#);
/// ```
#[must_use]
pub fn to_html(text: &str, entities: &[api::TypeMessageEntity]) -> String {
    let spans = spans::from_entities(text, entities);
    let mut out = String::with_capacity(text.len() + 32 * spans.len());
    spans::walk(text, &spans, |step| match step {
        Step::Open(kind) => open(kind, &mut out),
        Step::Text(text) => escape(text, &mut out),
        Step::Close(kind) => out.push_str(close(kind)),
    });
    out
}

/// Takes the tags out.
pub(super) fn parse(html: &str) -> (String, Vec<Span>) {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        reader.text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match markup(rest) {
            Some((Markup::Character(character), after)) => {
                reader.text.push(character);
                after
            }
            Some((Markup::Open(name, attributes), after)) => {
                reader.open(&name, attributes);
                after
            }
            Some((Markup::Close(name), after)) => {
                reader.close(&name);
                after
            }
            Some((Markup::Nothing, after)) => after,
            None => {
                reader.text.push_str(&rest[..1]);
                &rest[1..]
            }
        };
    }
    reader.text.push_str(rest);
    reader.finish()
}

/// What has been read.
#[derive(Default)]
struct Reader {
    text: String,
    spans: Vec<Span>,
    /// For each kind of tag those that are open: where they began, and what they say, if anything.
    open: [Vec<(usize, Option<Kind>)>; TAGS.len()],
}

impl Reader {
    fn open(&mut self, name: &str, attributes: &str) {
        if name == "br" {
            return self.text.push('\n');
        }
        let Some(tag) = tag(name) else { return };
        if tag == tag_of("code") {
            // Code inside a block of code says its language.
            if let Some((_, Some(Kind::Pre { language }))) = self.open[tag_of("pre")].last_mut() {
                if let Some(class) = attribute(attributes, "class") {
                    let said = class.strip_prefix("language-");
                    *language = said.unwrap_or_default().to_owned();
                }
                return self.open[tag].push((self.text.len(), None));
            }
        }
        let kind = kind(name, attributes);
        self.open[tag].push((self.text.len(), kind));
    }

    fn close(&mut self, name: &str) {
        let Some(tag) = tag(name) else { return };
        if let Some((start, Some(kind))) = self.open[tag].pop() {
            self.spans.push(Span::new(start, self.text.len(), kind));
        }
    }

    fn finish(mut self) -> (String, Vec<Span>) {
        let end = self.text.len();
        for (start, kind) in self.open.into_iter().flatten() {
            self.spans
                .extend(kind.map(|kind| Span::new(start, end, kind)));
        }
        (self.text, self.spans)
    }
}

/// What begins with `<` or `&`.
enum Markup<'a> {
    Character(char),
    Open(String, &'a str),
    Close(String),
    /// A comment, or `<!doctype …>`.
    Nothing,
}

fn markup(text: &str) -> Option<(Markup<'_>, &str)> {
    if text.starts_with('&') {
        let (character, after) = reference(text)?;
        return Some((Markup::Character(character), after));
    }
    if text.starts_with("<!--") {
        let end = text[..nearest_boundary(text, LONGEST_COMMENT)].find("-->")?;
        return Some((Markup::Nothing, &text[end + 3..]));
    }
    let inside = &text[1..];
    let closes = inside.strip_prefix('/');
    let named = closes.unwrap_or(inside);
    let first = named.chars().next()?;
    if closes.is_none() && first == '!' {
        let end = text[..nearest_boundary(text, LONGEST_TAG)].find('>')?;
        return Some((Markup::Nothing, &text[end + 1..]));
    }
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let end = end_of_tag(named)?;
    let (tag, after) = (&named[..end], &named[end + 1..]);
    let name = tag
        .find(|character: char| character.is_ascii_whitespace() || character == '/')
        .unwrap_or(tag.len());
    let (name, attributes) = tag.split_at(name);
    let name = name.to_ascii_lowercase();
    let markup = match closes {
        Some(_) => Markup::Close(name),
        None => Markup::Open(name, attributes),
    };
    Some((markup, after))
}

/// Where the `>` of a tag is: not inside of quotes, when these are closed.
fn end_of_tag(tag: &str) -> Option<usize> {
    let tag = &tag[..nearest_boundary(tag, LONGEST_TAG)];
    let first = tag.find('>')?;
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    Some(first)
}

fn nearest_boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// The value of an attribute; of one without a value, nothing.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let space = |character: char| character.is_ascii_whitespace() || character == '/';
    let mut rest = attributes.trim_start_matches(space);
    while !rest.is_empty() {
        let name = rest
            .find(|character| space(character) || character == '=')
            .unwrap_or(rest.len())
            .max(1);
        let name = rest.ceil_char_boundary(name);
        let (found, after) = rest.split_at(name);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            None => ("", after),
            Some(after) => value(after.trim_start()),
        };
        if found.eq_ignore_ascii_case(wanted) {
            return Some(unescape(value));
        }
        rest = after.trim_start_matches(space);
    }
    None
}

fn value(text: &str) -> (&str, &str) {
    let quote = text.chars().next().filter(|first| "\"'".contains(*first));
    match quote {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => {
            let end = text.find(|c: char| c.is_ascii_whitespace());
            text.split_at(end.unwrap_or(text.len()))
        }
    }
}

/// What a tag says.
fn kind(name: &str, attributes: &str) -> Option<Kind> {
    Some(match name {
        "b" | "strong" => Kind::Bold,
        "i" | "em" => Kind::Italic,
        "u" | "ins" => Kind::Underline,
        "s" | "del" | "strike" => Kind::Strike,
        "tg-spoiler" | "spoiler" => Kind::Spoiler,
        "span" if attribute(attributes, "class")? == "tg-spoiler" => Kind::Spoiler,
        "code" => Kind::Code,
        "pre" => Kind::Pre {
            language: attribute(attributes, "language").unwrap_or_default(),
        },
        "a" => Kind::of_url(attribute(attributes, "href").filter(|url| !url.is_empty())?),
        "tg-emoji" => Kind::Emoji {
            document_id: attribute(attributes, "emoji-id")?.parse().ok()?,
        },
        "blockquote" => Kind::Quote {
            collapsed: attribute(attributes, "expandable").is_some(),
        },
        _ => return None,
    })
}

fn tag(name: &str) -> Option<usize> {
    TAGS.iter().position(|known| *known == name)
}

fn tag_of(name: &str) -> usize {
    tag(name).expect("it is in the table")
}

/// `&lt;`, `&#60;`, `&#x3c;` and what follows.
fn reference(text: &str) -> Option<(char, &str)> {
    let head = &text[..nearest_boundary(text, LONGEST_REFERENCE)];
    let (name, _) = head.strip_prefix('&')?.split_once(';')?;
    let after = &text[name.len() + 2..];
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|character| *character != '\0')?
        }
        None => {
            let (_, character) = REFERENCES.iter().find(|(known, _)| *known == name)?;
            *character
        }
    };
    Some((character, after))
}

fn unescape(mut text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    while let Some(at) = text.find('&') {
        out.push_str(&text[..at]);
        text = &text[at..];
        let (character, after) = reference(text).unwrap_or(('&', &text[1..]));
        out.push(character);
        text = after;
    }
    out.push_str(text);
    out
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

fn open(kind: &Kind, out: &mut String) {
    let (before, value, after) = match kind {
        Kind::Bold => return out.push_str("<strong>"),
        Kind::Italic => return out.push_str("<em>"),
        Kind::Underline => return out.push_str("<u>"),
        Kind::Strike => return out.push_str("<del>"),
        Kind::Spoiler => return out.push_str("<tg-spoiler>"),
        Kind::Code => return out.push_str("<code>"),
        Kind::Quote { collapsed: false } => return out.push_str("<blockquote>"),
        Kind::Quote { collapsed: true } => return out.push_str("<blockquote expandable>"),
        Kind::Pre { language } if language.is_empty() => return out.push_str("<pre>"),
        Kind::Pre { language } => ("<pre><code class=\"language-", language.clone(), "\">"),
        Kind::Link { url } => ("<a href=\"", url.clone(), "\">"),
        Kind::Mention { user_id } => ("<a href=\"", format!("{MENTION}{user_id}"), "\">"),
        Kind::Emoji { document_id } => ("<tg-emoji emoji-id=\"", document_id.to_string(), "\">"),
    };
    out.push_str(before);
    escape(&value, out);
    out.push_str(after);
}

fn close(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bold => "</strong>",
        Kind::Italic => "</em>",
        Kind::Underline => "</u>",
        Kind::Strike => "</del>",
        Kind::Spoiler => "</tg-spoiler>",
        Kind::Code => "</code>",
        Kind::Quote { .. } => "</blockquote>",
        Kind::Pre { language } if language.is_empty() => "</pre>",
        Kind::Pre { .. } => "</code></pre>",
        Kind::Link { .. } | Kind::Mention { .. } => "</a>",
        Kind::Emoji { .. } => "</tg-emoji>",
    }
}

/// The tags that say something.
const TAGS: [&str; 17] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "del",
    "strike",
    "tg-spoiler",
    "spoiler",
    "span",
    "code",
    "pre",
    "a",
    "tg-emoji",
    "blockquote",
];
/// The names of characters that anybody writes in a message.
const REFERENCES: [(&str, char); 6] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
];
/// How far the end of a comment is looked for, which is nothing that a message needs.
const LONGEST_COMMENT: usize = 1024;
/// How far the end of a tag is looked for; longer than any address that works.
const LONGEST_TAG: usize = 16 * 1024;
/// `&#x10FFFF;` has ten bytes.
const LONGEST_REFERENCE: usize = 12;
