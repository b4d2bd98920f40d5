//! Writes Markdown.

use std::ops::Range;

use heliogram_tl::api;

use super::super::spans::{self, EMOJI, Kind, MENTION, Span, Step};
use super::lexer::is_language;
use super::{FENCE, PLAIN_BY_BACKSLASH, STYLES};

/// Writes a text with its entities as Markdown, which [`parse`](super::super::parse) reads to the same text.
///
/// Markdown has whole lines for quotes: one that begins or ends inside a line is written as the lines that it touches,
/// two that follow each other become one, and another format that crosses its edge is written on both sides of it.
///
/// ```
/// use heliogram::{api, text::to_markdown};
///
/// let entities = [api::MessageEntityItalic { offset: 2, length: 3 }.into()];
/// assert_eq!(to_markdown("2*3*4", &entities), r"2\*__3*4__");
/// ```
#[must_use]
pub fn to_markdown(text: &str, entities: &[api::TypeMessageEntity]) -> String {
    let spans = spans::from_entities(text, entities);
    let (quotes, others): (Vec<_>, Vec<_>) = spans
        .into_iter()
        .partition(|span| matches!(span.kind, Kind::Quote { .. }));
    let mut out = String::with_capacity(text.len() + 8 * others.len());
    let mut at = 0;
    for quote in whole_lines(text, &quotes) {
        out.push_str(&between(text, &others, at, quote.start));
        let lines = quote.start..quote.end;
        let inside = inline(text, &others, lines.clone(), lines);
        let mut mark = match quote.kind {
            Kind::Quote { collapsed: true } => "**> ",
            _ => "> ",
        };
        for line in inside.split_inclusive('\n') {
            out.push_str(mark);
            out.push_str(line);
            mark = "> ";
        }
        if inside.ends_with('\n') {
            out.push_str(mark);
        }
        at = quote.end;
    }
    out.push_str(&between(text, &others, at, text.len()));
    out
}

/// The lines that quotes touch.
fn whole_lines(text: &str, quotes: &[Span]) -> Vec<Span> {
    let mut lines: Vec<Span> = Vec::with_capacity(quotes.len());
    for quote in quotes {
        let start = text[..quote.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[quote.end..]
            .find('\n')
            .map_or(text.len(), |at| quote.end + at);
        match lines.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ if start < end => lines.push(Span::new(start, end, quote.kind.clone())),
            _ => {}
        }
    }
    lines
}

/// What is between quotes, with its marks; the line ends beside the quotes have none.
fn between(text: &str, spans: &[Span], start: usize, end: usize) -> String {
    let part = &text[start..end];
    let first = usize::from(start > 0 && part.starts_with('\n'));
    let last = usize::from(end < text.len() && part.ends_with('\n'));
    inline(text, spans, start..end, start + first..end - last)
}

/// A part of the text with the marks of spans, as far as they are in `marked`.
fn inline(text: &str, spans: &[Span], part: Range<usize>, marked: Range<usize>) -> String {
    let inside = spans.iter().filter_map(|span| {
        let start = span.start.max(marked.start);
        let end = span.end.min(marked.end);
        let moved = |at| at - part.start;
        (start < end).then(|| Span::new(moved(start), moved(end), span.kind.clone()))
    });
    let part = &text[part.clone()];
    let spans = spans::tidy(inside.collect());
    let mut writer = Writer::default();
    let mut steps = Vec::new();
    spans::walk(part, &spans, |step| steps.push(step));
    let mut steps = steps.into_iter().peekable();
    while let Some(step) = steps.next() {
        match step {
            Step::Open(kind) => {
                let next = match steps.peek() {
                    Some(Step::Text(text)) => text.chars().next(),
                    _ => None,
                };
                writer.open(kind, next);
            }
            Step::Text(text) => writer.text(text, steps.peek()),
            Step::Close(kind) => writer.close(kind),
        }
    }
    writer.out
}

#[derive(Default)]
struct Writer<'a> {
    out: String,
    /// The block or line of code that is being written.
    verbatim: Option<&'a Kind>,
    /// Whether what was written last is a mark.
    marked: bool,
}

impl<'a> Writer<'a> {
    fn open(&mut self, kind: &'a Kind, next: Option<char>) {
        match kind {
            Kind::Pre { .. } | Kind::Code => self.verbatim = Some(kind),
            Kind::Link { .. } | Kind::Mention { .. } => self.mark("["),
            Kind::Emoji { .. } => self.mark("!["),
            Kind::Quote { .. } => {}
            style => {
                self.mark(mark(style));
                if is_close_fitting(style) && next.is_some_and(char::is_whitespace) {
                    self.mark(NOTHING);
                }
            }
        }
    }

    fn close(&mut self, kind: &Kind) {
        match kind {
            Kind::Pre { .. } | Kind::Code => self.verbatim = None,
            Kind::Link { url } => self.target(url),
            Kind::Mention { user_id } => self.target(&format!("{MENTION}{user_id}")),
            Kind::Emoji { document_id } => self.target(&format!("{EMOJI}{document_id}")),
            Kind::Quote { .. } => {}
            style => {
                if is_close_fitting(style) && self.out.ends_with(char::is_whitespace) {
                    self.mark(NOTHING);
                }
                self.mark(mark(style));
            }
        }
    }

    /// A mark must not run into another one of the same character.
    fn mark(&mut self, mark: &str) {
        let runs_on =
            |character: char| mark.starts_with(character) && self.out.ends_with(character);
        if self.marked && ['`', '-'].into_iter().any(runs_on) {
            self.out.push_str(NOTHING);
        }
        self.out.push_str(mark);
        self.marked = true;
    }

    fn target(&mut self, url: &str) {
        self.out.push_str("](");
        for character in url.chars() {
            match character {
                '\\' | '(' | ')' => self.out.extend(['\\', character]),
                space if space.is_whitespace() => {
                    let bytes = space.to_string().into_bytes();
                    self.out
                        .extend(bytes.iter().map(|byte| format!("%{byte:02X}")));
                }
                other => self.out.push(other),
            }
        }
        self.out.push(')');
        self.marked = true;
    }

    fn text(&mut self, text: &str, next: Option<&Step<'_>>) {
        match self.verbatim {
            Some(Kind::Pre { language }) => self.block(text, language),
            Some(_) => self.code(text),
            None => self.plain(text, next),
        }
    }

    fn block(&mut self, code: &str, language: &str) {
        let fence = "`".repeat(longest_run(code).max(FENCE - 1) + 1);
        self.mark(&fence);
        self.out
            .push_str(if is_language(language) { language } else { "" });
        self.out.push('\n');
        self.out.push_str(code);
        self.out.push('\n');
        self.out.push_str(&fence);
    }

    fn code(&mut self, code: &str) {
        if !code.contains('`') {
            return self.enclosed("`", code);
        }
        // Pieces that hold no run of just two, which is what encloses them.
        let mut rest = code;
        while !rest.is_empty() {
            let piece = piece_without_pairs(rest);
            self.enclosed("``", &format!(" {} ", &rest[..piece]));
            rest = &rest[piece..];
        }
    }

    fn enclosed(&mut self, ticks: &str, code: &str) {
        self.mark(ticks);
        self.out.push_str(code);
        self.out.push_str(ticks);
    }

    fn plain(&mut self, text: &str, next: Option<&Step<'_>>) {
        let mut before = None;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let after = characters.peek().copied();
            let at_mark = (before.is_none() && self.marked) || (after.is_none() && next.is_some());
            let begins_line = matches!(before, None | Some('\n'));
            let plain = match character {
                '*' | '_' | '~' | '|' | '-' => {
                    !(at_mark || before == Some(character) || after == Some(character))
                }
                '`' | '[' | ']' => false,
                '\\' => after.map_or(!at_mark, |after| {
                    !u8::try_from(after).is_ok_and(|after| PLAIN_BY_BACKSLASH.contains(&after))
                }),
                '!' => !(after.is_none() && next.is_some()),
                '>' => !begins_line,
                _ => true,
            };
            if !plain {
                self.out.push('\\');
            }
            self.out.push(character);
            before = Some(character);
        }
        self.marked = false;
    }
}

fn mark(style: &Kind) -> &'static str {
    let known = STYLES.iter().find(|known| known.kind == *style);
    known.map_or("", |known| known.mark)
}

fn is_close_fitting(style: &Kind) -> bool {
    let known = STYLES.iter().find(|known| known.kind == *style);
    known.is_some_and(|known| known.close_fitting)
}

fn longest_run(code: &str) -> usize {
    code.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

/// How much of some code can stand between two backticks: up to the middle of the first run of just two.
fn piece_without_pairs(code: &str) -> usize {
    let mut at = 0;
    while let Some(found) = code[at..].find('`') {
        let start = at + found;
        let run = code[start..].len() - code[start..].trim_start_matches('`').len();
        if run == 2 {
            return start + 1;
        }
        at = start + run;
    }
    code.len()
}

/// What is nothing, and keeps marks apart.
const NOTHING: &str = "[]()";
