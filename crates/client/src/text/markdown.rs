//! Markdown as Telethon and GramJS have it, and what Telegram has got since.
//!
//! Pairs of marks are found from left to right, each kind for itself, so that formats may overlap: a mark opens when
//! another of its kind follows, and closes when there is something between. A mark without a partner is text, and so is
//! everything else that leads to nothing. Code comes before all: nothing in it is a mark. A run of backticks ends with
//! the next run of the same length.
//!
//! A quote is a run of lines that begin with `> `, and what is inside is read for itself.

mod lexer;
mod write;

use super::spans::{Kind, Span};
use lexer::{Lexer, Token};

pub use write::to_markdown;

/// Takes the marks out.
pub(super) fn parse(markdown: &str) -> (String, Vec<Span>) {
    let mut out = Output::default();
    let mut lexer = Lexer::of_document(markdown);
    loop {
        out.read(lexer.tokens());
        let Some(quote) = lexer.quote() else {
            return (out.text, out.spans);
        };
        let start = out.text.len();
        out.read(Lexer::of_quote(&quote.text).tokens());
        let collapsed = quote.collapsed;
        out.close(start, Kind::Quote { collapsed });
    }
}

#[derive(Default)]
struct Output {
    text: String,
    spans: Vec<Span>,
}

impl Output {
    fn read(&mut self, tokens: Vec<Token<'_>>) {
        let roles = roles(&tokens);
        let mut opened = [0; STYLES.len()];
        let mut brackets = Vec::new();
        for (token, role) in tokens.into_iter().zip(roles) {
            let here = self.text.len();
            match (token, role) {
                (Token::Text(text), _) => self.text.push_str(text),
                (Token::Code(code, kind), _) => {
                    self.text.push_str(code);
                    self.close(here, kind);
                }
                (Token::Mark { style, .. }, Role::Opens) => opened[style] = here,
                (Token::Mark { style, .. }, Role::Closes) => {
                    self.close(opened[style], STYLES[style].kind.clone());
                }
                (Token::Mark { style, .. }, Role::Text) => self.text.push_str(STYLES[style].mark),
                (Token::Bracket { opens: true }, _) => brackets.push(here),
                (Token::Bracket { opens: false }, _) => self.text.push('['),
                (Token::Target(kind), _) => {
                    let start = brackets.pop().expect("a bracket was opened for it");
                    if let Some(kind) = kind {
                        self.close(start, kind);
                    }
                }
            }
        }
    }

    fn close(&mut self, start: usize, kind: Kind) {
        self.spans.push(Span::new(start, self.text.len(), kind));
    }
}

/// What a mark turns out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    Text,
}

/// Finds the pairs of marks. Of tokens that are no marks the role is nothing.
fn roles(tokens: &[Token<'_>]) -> Vec<Role> {
    let mut closers = [0_usize; STYLES.len()];
    for token in tokens {
        if let Token::Mark {
            style,
            closes: true,
            ..
        } = token
        {
            closers[*style] += 1;
        }
    }
    let mut roles = vec![Role::Text; tokens.len()];
    // For each style the mark that is open, and how much text there was before it.
    let mut open: [Option<(usize, usize)>; STYLES.len()] = [None; STYLES.len()];
    let mut written = 0;
    for (index, token) in tokens.iter().enumerate() {
        let Token::Mark {
            style,
            opens,
            closes,
        } = *token
        else {
            written += usize::from(!matches!(
                token,
                Token::Bracket { opens: true } | Token::Target(_)
            ));
            continue;
        };
        closers[style] -= usize::from(closes);
        match open[style] {
            Some((opened_by, before)) if closes && before < written => {
                open[style] = None;
                roles[opened_by] = Role::Opens;
                roles[index] = Role::Closes;
            }
            None if opens && closers[style] > 0 => open[style] = Some((index, written)),
            _ => written += 1,
        }
    }
    roles
}

/// A style and its mark.
struct Style {
    mark: &'static str,
    kind: Kind,
    /// Whether the marks have to touch what they enclose: they are what people also write for other reasons.
    close_fitting: bool,
}

impl Style {
    const fn new(mark: &'static str, kind: Kind, close_fitting: bool) -> Self {
        Self {
            mark,
            kind,
            close_fitting,
        }
    }
}

static STYLES: [Style; 5] = [
    Style::new("**", Kind::Bold, false),
    Style::new("__", Kind::Italic, false),
    Style::new("~~", Kind::Strike, false),
    Style::new("--", Kind::Underline, true),
    Style::new("||", Kind::Spoiler, true),
];
/// What a backslash makes plain.
const PLAIN_BY_BACKSLASH: &[u8] = b"\\*_~|-`[]()!>";
/// From so many backticks on they enclose a block.
const FENCE: usize = 3;
