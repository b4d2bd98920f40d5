//! Cuts Markdown into tokens.

use std::collections::HashSet;
use std::ops::Range;

use super::super::spans::{EMOJI, Kind, id_after};
use super::{FENCE, PLAIN_BY_BACKSLASH, STYLES};

/// A piece of Markdown.
pub(super) enum Token<'a> {
    Text(&'a str),
    /// A mark of the style with this number, which may do this or that.
    Mark {
        style: usize,
        opens: bool,
        closes: bool,
    },
    Code(&'a str, Kind),
    /// `[`, which opens something when a target was found for it.
    Bracket {
        opens: bool,
    },
    /// `](…)`, for the last bracket that opens; of an empty address, nothing is said.
    Target(Option<Kind>),
}

/// Lines that begin with `> `, without that.
pub(super) struct Quote {
    pub(super) text: String,
    pub(super) collapsed: bool,
    /// How long it is with all that.
    length: usize,
}

pub(super) struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// Where text begins that has not become a token yet.
    text: usize,
    /// Whether lines can be quotes.
    quotes: bool,
    found: Vec<Token<'a>>,
    /// The brackets that may still find their target.
    brackets: Vec<Bracket>,
    /// The runs of backticks.
    ticks: Vec<Range<usize>>,
    /// Lengths of runs for which nothing follows that ends them.
    endless: HashSet<usize>,
    last_round_bracket: usize,
}

struct Bracket {
    token: usize,
    /// Whether `!` stands before it.
    bang: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn of_document(source: &'a str) -> Self {
        Self::new(source, true)
    }

    pub(super) fn of_quote(source: &'a str) -> Self {
        Self::new(source, false)
    }

    fn new(source: &'a str, quotes: bool) -> Self {
        Self {
            source,
            at: 0,
            text: 0,
            quotes,
            found: Vec::new(),
            brackets: Vec::new(),
            ticks: runs_of_ticks(source),
            endless: HashSet::new(),
            last_round_bracket: source.rfind(')').unwrap_or(0),
        }
    }

    /// What comes before the next quote, or the end.
    pub(super) fn tokens(&mut self) -> Vec<Token<'a>> {
        self.brackets.clear();
        self.text = self.at;
        while let Some(byte) = self.source.as_bytes().get(self.at) {
            if self.peek_quote().is_some() {
                break;
            }
            match byte {
                b'\\' if self.escapes() => {
                    self.flush();
                    self.text = self.at + 1;
                    self.at += 2;
                }
                b'`' => self.code(),
                b'!' if self.rest().starts_with("![") => self.bang(),
                b'[' => self.bracket(false),
                b']' => self.target(),
                _ => self.mark_or_text(),
            }
        }
        self.flush();
        std::mem::take(&mut self.found)
    }

    /// The quote that begins here.
    pub(super) fn quote(&mut self) -> Option<Quote> {
        let quote = self.peek_quote()?;
        self.at += quote.length;
        Some(quote)
    }

    fn peek_quote(&self) -> Option<Quote> {
        let begins_line = self.at == 0 || self.source.as_bytes()[self.at - 1] == b'\n';
        if self.quotes && begins_line {
            quote(self.rest())
        } else {
            None
        }
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn escapes(&self) -> bool {
        let next = self.source.as_bytes().get(self.at + 1);
        next.is_some_and(|next| PLAIN_BY_BACKSLASH.contains(next))
    }

    /// What is text up to here becomes a token.
    fn flush(&mut self) {
        if self.text < self.at {
            let text = &self.source[self.text..self.at];
            self.found.push(Token::Text(text));
        }
        self.text = self.at;
    }

    fn push(&mut self, token: Token<'a>, length: usize) {
        self.flush();
        self.found.push(token);
        self.at += length;
        self.text = self.at;
    }

    fn mark_or_text(&mut self) {
        let rest = self.rest();
        let known = STYLES.iter().position(|style| rest.starts_with(style.mark));
        let Some(number) = known else {
            self.at += rest.chars().next().map_or(1, char::len_utf8);
            return;
        };
        let style = &STYLES[number];
        // A line of dashes is a line of dashes.
        let dashes = rest.len() - rest.trim_start_matches('-').len();
        if dashes > style.mark.len() {
            self.at += dashes;
            return;
        }
        let before = self.source[..self.at].chars().next_back();
        let after = rest[style.mark.len()..].chars().next();
        let fits = |side: Option<char>| {
            !style.close_fitting || side.is_some_and(|side| !side.is_whitespace())
        };
        let token = Token::Mark {
            style: number,
            opens: fits(after),
            closes: fits(before),
        };
        self.push(token, style.mark.len());
    }

    /// A run of backticks, and what it encloses.
    fn code(&mut self) {
        let known = self.ticks.partition_point(|run| run.end <= self.at);
        let start = self.ticks[known].end;
        let ticks = start - self.at;
        if let Some((code, kind, end)) = self.enclosed(known, start, ticks) {
            self.push(Token::Code(code, kind), end - self.at);
        } else {
            self.at = start;
        }
    }

    fn enclosed(
        &mut self,
        known: usize,
        start: usize,
        ticks: usize,
    ) -> Option<(&'a str, Kind, usize)> {
        if self.endless.contains(&ticks) {
            return None;
        }
        let mut later = self.ticks[known + 1..].iter();
        let Some(closing) = later.find(|run| run.len() == ticks) else {
            self.endless.insert(ticks);
            return None;
        };
        let inside = &self.source[start..closing.start];
        let (code, kind) = match ticks {
            ..FENCE => (inline_code(inside, ticks), Kind::Code),
            _ => block_of_code(inside),
        };
        (!code.is_empty()).then_some((code, kind, closing.end))
    }

    /// A bang, which is text unless what it stands before is an emoji.
    fn bang(&mut self) {
        self.push(Token::Text("!"), 1);
        self.bracket(true);
    }

    fn bracket(&mut self, bang: bool) {
        self.push(Token::Bracket { opens: false }, 1);
        let token = self.found.len() - 1;
        self.brackets.push(Bracket { token, bang });
    }

    fn target(&mut self) {
        let bracket = self.brackets.pop();
        let found = bracket.and_then(|bracket| Some((bracket, self.url()?)));
        let Some((bracket, (url, length))) = found else {
            self.at += 1;
            return;
        };
        self.found[bracket.token] = Token::Bracket { opens: true };
        let emoji = id_after(&url, EMOJI).filter(|_| bracket.bang);
        let kind = match emoji {
            Some(document_id) => {
                self.found[bracket.token - 1] = Token::Text("");
                Some(Kind::Emoji { document_id })
            }
            None => (!url.is_empty()).then(|| Kind::of_url(url)),
        };
        self.push(Token::Target(kind), length);
    }

    /// The address in `](…)`, and how long all of that is: up to the bracket that belongs to the first, or, when none
    /// does, up to the first closing one. There is no white space in it.
    fn url(&self) -> Option<(String, usize)> {
        let inside = self.rest().strip_prefix("](")?;
        if self.last_round_bracket < self.at {
            return None;
        }
        let mut url = String::new();
        let mut depth = 0;
        // How much of the address there was at the first bracket that closes one inside, and where that was.
        let mut first = None;
        let mut characters = inside.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                ')' if depth == 0 => return Some((url, at + 3)),
                ')' => {
                    depth -= 1;
                    first.get_or_insert((url.len(), at + 3));
                }
                '(' => depth += 1,
                '\\' => {
                    let plain = |next: &(usize, char)| {
                        u8::try_from(next.1).is_ok_and(|next| PLAIN_BY_BACKSLASH.contains(&next))
                    };
                    if let Some((_, next)) = characters.next_if(plain) {
                        url.push(next);
                        continue;
                    }
                }
                space if space.is_whitespace() || at > LONGEST_URL => break,
                _ => {}
            }
            url.push(character);
        }
        let (end, length) = first?;
        url.truncate(end);
        Some((url, length))
    }
}

/// What is between one or two backticks. A space on both sides of code between two is there for backticks in it.
fn inline_code(inside: &str, ticks: usize) -> &str {
    let padded = inside
        .strip_prefix(' ')
        .and_then(|code| code.strip_suffix(' '));
    match padded {
        Some(code) if ticks > 1 && !code.is_empty() => code,
        _ => inside,
    }
}

/// What is between fences: the first line is a language when it is one word, and the line ends at the fences are no part
/// of the code.
fn block_of_code(inside: &str) -> (&str, Kind) {
    let (language, code) = match inside.split_once('\n') {
        Some((first, lines)) if is_language(first) => {
            (first, lines.strip_suffix('\n').unwrap_or(lines))
        }
        _ => ("", inside),
    };
    let language = language.to_owned();
    (code, Kind::Pre { language })
}

/// Whether a line, perhaps an empty one, is what stands after a fence.
pub(super) fn is_language(line: &str) -> bool {
    !line.contains(|character: char| character.is_whitespace() || character == '`')
}

/// The quote that a text begins with.
fn quote(source: &str) -> Option<Quote> {
    let collapsed = source.starts_with("**> ");
    let mut rest = source;
    let mut text = String::new();
    while let Some(line) = quoted_line(rest, rest.len() == source.len()) {
        if rest.len() < source.len() {
            text.push('\n');
        }
        let end = rest.find('\n').unwrap_or(rest.len());
        text.push_str(line);
        rest = &rest[end..];
        // The line end before a line that is not quoted is no part of it.
        match rest.strip_prefix('\n') {
            Some(next) if quoted_line(next, false).is_some() => rest = next,
            _ => break,
        }
    }
    let length = source.len() - rest.len();
    (!text.is_empty()).then_some(Quote {
        text,
        collapsed,
        length,
    })
}

/// A quoted line without its mark. That of a folded quote can only be the first; later lines may do
/// without the space.
fn quoted_line(text: &str, first: bool) -> Option<&str> {
    let line = text.split('\n').next()?;
    match line.strip_prefix("> ") {
        Some(inside) => Some(inside),
        None if first => line.strip_prefix("**> "),
        None => line.strip_prefix('>').filter(|inside| inside.is_empty()),
    }
}

fn runs_of_ticks(source: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in source.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// Longer than any address that works.
const LONGEST_URL: usize = 16 * 1024;
