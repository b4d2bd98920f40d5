//! Formatted text: Markdown and HTML, both ways.
//!
//! A message is plain text and a list of *entities*, each saying that so many UTF-16 units from such an offset are
//! bold, a link, code (`core.telegram.org/api/entities`). [`parse`] makes both from a marked-up text, [`to_markdown`] and
//! [`to_html`] go back. None of them fails: what is no markup is text.
//!
//! ```
//! use heliogram::text::{ParseMode, parse, to_html};
//!
//! let (text, entities) = parse("**Ann**, see [the plan](https://example.org)", ParseMode::Markdown);
//! assert_eq!(text, "Ann, see the plan");
//! assert_eq!(
//!     to_html(&text, &entities),
//!     r#"<strong>Ann</strong>, see <a href="https://example.org">the plan</a>"#,
//! );
//! ```
//!
//! | | Markdown | HTML |
//! |---|---|---|
//! | bold, italic, strike | `**a**`, `__a__`, `~~a~~` | `<b>` `<strong>`, `<i>` `<em>`, `<s>` `<del>` `<strike>` |
//! | underline, spoiler | `--a--`, `\|\|a\|\|` | `<u>` `<ins>`, `<tg-spoiler>` `<spoiler>` `<span class="tg-spoiler">` |
//! | code | `` `a` ``, ``` ``a`b`` ``` | `<code>` |
//! | block of code | ```` ```rust ````, lines, ```` ``` ```` | `<pre><code class="language-rust">`, `<pre language="rust">` |
//! | link | `[a](https://example.org)` | `<a href="https://example.org">` |
//! | mention | `[Ann](tg://user?id=5)` | `<a href="tg://user?id=5">` |
//! | custom emoji | `![👍](tg://emoji?id=5)` | `<tg-emoji emoji-id="5">` |
//! | quote | lines that begin with `> ` | `<blockquote>` |
//! | quote that is folded | its first line begins with `**> ` | `<blockquote expandable>` |
//!
//! Formats may nest and, where Telegram has it so, overlap; inside code nothing is a format. In Markdown a backslash
//! makes the character after it plain, when that is one of ``\ * _ ~ | - ` [ ] ( ) ! >``.
//!
//! A mention comes out as `messageEntityMentionName`; [`TelegramClient`](crate::TelegramClient) makes it what a server
//! takes when the message is sent. Names, links and tags that the server finds in a text by itself are no markup: they
//! are not written, and nothing is lost by that.
//!
//! # The same text in Telethon and GramJS
//!
//! Where their rules and ours agree they were compared, by Telethon's modules themselves (`interop/markup_oracle.py`).
//! Where not:
//!
//! | | Telethon, GramJS | here |
//! |---|---|---|
//! | backslash in Markdown | text | makes the next character plain; without that nothing can say `**` itself |
//! | `--a--`, `\|\|a\|\|`, `> a`, `![👍](tg://emoji?id=5)` in Markdown | text, or a link | underline, spoiler, quote, emoji. The first two have to touch what they enclose: `a -- b` and `a \|\| b` stay |
//! | ```` ```rust ```` and a new line | "rust" is part of the code | the language; the two line ends at the fences are not part of the code |
//! | code that holds a backtick | cannot be written | twice or more as many backticks around it |
//! | `[**a**](b)` | the stars are text | bold inside the link |
//! | `[a](b c)` | a link | text: no link has a space in it |
//! | `[a](b(c))` | the link ends at the first `)` | brackets in pairs belong to the link |
//! | entity beside entity of one kind | two | one, as the server has it |
//! | format inside code (HTML) | kept | left out; the server would |
//! | `<b>` that is not closed | lost (Telethon), closed (GramJS) | closed at the end |
//! | `<br>` | lost | a new line |
//! | `<a href="mailto:…">` | an e-mail entity with the address for text | a link with the text that stands there |
//! | white space around the whole text | removed | kept; the server removes it |
//! | `to_html` of an e-mail address or link found by the server | a link | text |
//! | `to_html` of overlapping formats | tags that overlap | tags that nest |
//! | GramJS's `markdownv2` | one star is bold, and so on | not there |

mod html;
mod markdown;
mod spans;

use heliogram_tl::api;

pub use html::to_html;
pub use markdown::to_markdown;

/// Which markup a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseMode {
    /// Telethon's and GramJS's Markdown, with what Telegram has got since; see the [module](self).
    Markdown,
    /// The tags that Telegram has a format for; others are left out, and their content stays.
    Html,
}

/// Takes the markup out of a text: what is left, and what the markup said about it.
///
/// The entities are in order, the outer before the inner; offsets and lengths count UTF-16 units, as everywhere in
/// the API.
///
/// ```
/// use heliogram::{api, text::{ParseMode, parse}};
///
/// let (text, entities) = parse("👍 <b>yes</b> & <i>no", ParseMode::Html);
/// assert_eq!(text, "👍 yes & no");
/// assert_eq!(entities[0], api::MessageEntityBold { offset: 3, length: 3 }.into());
/// assert_eq!(entities[1], api::MessageEntityItalic { offset: 9, length: 2 }.into());
/// ```
#[must_use]
pub fn parse(text: &str, mode: ParseMode) -> (String, Vec<api::TypeMessageEntity>) {
    let (text, spans) = match mode {
        ParseMode::Markdown => markdown::parse(text),
        ParseMode::Html => html::parse(text),
    };
    let entities = spans::to_entities(&text, spans::tidy(spans));
    (text, entities)
}

#[cfg(test)]
mod tests;
