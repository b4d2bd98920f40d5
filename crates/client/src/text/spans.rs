//! What is said about a text, between entities and markup.
//!
//! A span is an entity in bytes instead of UTF-16 units. The formats of *style* (bold, italic, underline, strike,
//! spoiler) go anywhere, and may be cut and joined without anybody seeing it. The others are *rigid*: a link cut in two is two
//! links. [`tidy`] makes of any list one that a server would leave as it is, and [`walk`] reads such a list from
//! left to right, as opening and closing marks that nest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use heliogram_tl::{UserId, api};

/// What is said. The order is that of nesting, from the outside, when two begin and end together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Quote { collapsed: bool },
    Link { url: String },
    Mention { user_id: i64 },
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    Emoji { document_id: i64 },
    Pre { language: String },
    Code,
}

/// What is said of which bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// A step through a text.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Open(&'a Kind),
    Text(&'a str),
    Close(&'a Kind),
}

impl Kind {
    /// Whether it may be cut and joined.
    fn is_style(&self) -> bool {
        matches!(
            self,
            Self::Bold | Self::Italic | Self::Underline | Self::Strike | Self::Spoiler
        )
    }

    /// Whether nothing else is said inside it.
    fn is_verbatim(&self) -> bool {
        matches!(self, Self::Pre { .. } | Self::Code)
    }

    fn is_link(&self) -> bool {
        matches!(self, Self::Link { .. } | Self::Mention { .. })
    }

    /// A link, or the mention that stands behind its address.
    pub(super) fn of_url(url: String) -> Self {
        match id_after(&url, MENTION) {
            Some(user_id) => Self::Mention { user_id },
            None => Self::Link { url },
        }
    }
}

impl Span {
    pub(super) fn new(start: usize, end: usize, kind: Kind) -> Self {
        Self { start, end, kind }
    }
}

/// The number that a `tg://` address ends with.
pub(super) fn id_after(url: &str, prefix: &str) -> Option<i64> {
    url.strip_prefix(prefix)?.parse().ok()
}

/// What entities say, in order; whatever reaches beyond the text or into the middle of a character is moved to where it
/// makes sense.
pub(super) fn from_entities(text: &str, entities: &[api::TypeMessageEntity]) -> Vec<Span> {
    let bytes = bytes_of_units(text);
    let at = |unit: i64| bytes[(unit.max(0) as usize).min(bytes.len() - 1)];
    let spans = entities.iter().filter_map(|entity| {
        let (offset, length, kind) = read(entity)?;
        let (start, end) = (i64::from(offset), i64::from(offset) + i64::from(length));
        Some(Span::new(at(start), at(end), kind))
    });
    tidy(spans.collect())
}

/// The entities for spans in order.
pub(super) fn to_entities(text: &str, spans: Vec<Span>) -> Vec<api::TypeMessageEntity> {
    let mut counted = (0, 0);
    let mut ends: Vec<_> = spans.iter().map(|span| span.end).collect();
    ends.sort_unstable();
    let mut units_at_end = Vec::with_capacity(ends.len());
    for end in &ends {
        counted = (*end, counted.1 + units(&text[counted.0..*end]));
        units_at_end.push(counted.1);
    }
    counted = (0, 0);
    let entities = spans.into_iter().map(|span| {
        counted = (span.start, counted.1 + units(&text[counted.0..span.start]));
        let known = ends
            .binary_search(&span.end)
            .expect("every end is among them");
        write(span.kind, counted.1, units_at_end[known] - counted.1)
    });
    entities.collect()
}

/// A list that is in order, with nothing empty, every style said once of each place, links outside of links, nothing
/// inside code, and rigid spans inside each other or apart.
pub(super) fn tidy(spans: Vec<Span>) -> Vec<Span> {
    let (quotes, others): (Vec<_>, Vec<_>) = spans
        .into_iter()
        .filter(|span| span.start < span.end)
        .partition(|span| matches!(span.kind, Kind::Quote { .. }));
    let (joined, rigid): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|span| span.kind.is_style() || span.kind == Kind::Code);
    let (code, styles): (Vec<_>, Vec<_>) = join(joined)
        .into_iter()
        .partition(|span| span.kind == Kind::Code);
    let mut quotes = apart(quotes);
    let lattice = Lattice::of(&quotes);
    let cut = rigid
        .into_iter()
        .chain(code)
        .flat_map(|span| lattice.cut(span));
    let inner = nested(cut.collect());
    let verbatim: Vec<_> = inner
        .iter()
        .filter(|span| span.kind.is_verbatim())
        .cloned()
        .collect();
    let lattice = Lattice::of(&verbatim);
    let styles = styles.into_iter().flat_map(|span| lattice.cut(span));
    quotes.extend(styles.filter(|span| !lattice.holds(span)));
    quotes.extend(inner);
    sort(&mut quotes);
    quotes
}

/// Reads a text with tidy spans from left to right. What opens inside something closes inside it.
pub(super) fn walk<'a>(text: &'a str, spans: &'a [Span], mut step: impl FnMut(Step<'a>)) {
    let rigid: Vec<_> = spans
        .iter()
        .filter(|span| !span.kind.is_style())
        .cloned()
        .collect();
    let lattice = Lattice::of(&rigid);
    let mut pieces: Vec<(usize, usize, &Kind)> = Vec::with_capacity(spans.len());
    for span in spans {
        if span.kind.is_style() {
            lattice.cut_each(span.start, span.end, |start, end| {
                pieces.push((start, end, &span.kind));
            });
        } else {
            pieces.push((span.start, span.end, &span.kind));
        }
    }
    pieces.sort_by_key(|(start, end, kind)| (*start, Reverse(*end), *kind));
    let mut open: Vec<(usize, &Kind)> = Vec::new();
    let mut at = 0;
    let mut pieces = pieces.into_iter().peekable();
    loop {
        let next = pieces.peek().map(|(start, ..)| *start);
        let closing = open.iter().map(|(end, _)| *end).min();
        let Some(to) = next.into_iter().chain(closing).min() else {
            break;
        };
        if at < to {
            step(Step::Text(&text[at..to]));
            at = to;
        }
        // Styles that go on are closed with what they are inside of, and opened again.
        if let Some(lowest) = open.iter().position(|(end, _)| *end == to) {
            let closed = open.split_off(lowest);
            closed
                .iter()
                .rev()
                .for_each(|(_, kind)| step(Step::Close(kind)));
            for (end, kind) in closed.into_iter().filter(|(end, _)| *end > to) {
                step(Step::Open(kind));
                open.push((end, kind));
            }
        }
        while let Some((_, end, kind)) = pieces.next_if(|(start, ..)| *start == to) {
            step(Step::Open(kind));
            open.push((end, kind));
        }
    }
    if at < text.len() {
        step(Step::Text(&text[at..]));
    }
}

/// Rigid spans that are inside each other or apart, and where a point is among them.
struct Lattice<'a> {
    spans: &'a [Span],
    /// The span around each.
    parents: Vec<Option<usize>>,
}

impl<'a> Lattice<'a> {
    fn of(spans: &'a [Span]) -> Self {
        let mut parents = Vec::with_capacity(spans.len());
        let mut around: Vec<usize> = Vec::new();
        for (index, span) in spans.iter().enumerate() {
            while around.pop_if(|top| spans[*top].end <= span.start).is_some() {}
            parents.push(around.last().copied());
            around.push(index);
        }
        Self { spans, parents }
    }

    /// The spans that have the point inside them, not at their edge; innermost first.
    fn around(&self, point: usize) -> impl Iterator<Item = &'a Span> {
        let before = self.spans.partition_point(|span| span.start < point);
        std::iter::successors(before.checked_sub(1), |index| self.parents[*index])
            .map(|index| &self.spans[index])
            .filter(move |span| span.end > point)
    }

    /// The parts of a span that cross no edge.
    fn cut(&self, span: Span) -> Vec<Span> {
        let mut parts = Vec::with_capacity(1);
        self.cut_each(span.start, span.end, |start, end| {
            parts.push(Span::new(start, end, span.kind.clone()));
        });
        parts
    }

    fn cut_each(&self, mut start: usize, end: usize, mut part: impl FnMut(usize, usize)) {
        loop {
            let leaves = self.around(start).map(|span| span.end).find(|at| *at < end);
            let enters = || {
                let starts = self.around(end).map(|span| span.start);
                starts.filter(|at| *at > start).last()
            };
            let Some(at) = leaves.or_else(enters) else {
                return part(start, end);
            };
            part(start, at);
            start = at;
        }
    }

    /// Whether a span is inside one of these, and smaller.
    fn holds(&self, span: &Span) -> bool {
        let before = self
            .spans
            .partition_point(|known| known.start <= span.start);
        let inside = |known: &Span| {
            span.end <= known.end && (span.start, span.end) != (known.start, known.end)
        };
        before
            .checked_sub(1)
            .is_some_and(|last| inside(&self.spans[last]))
    }
}

fn sort(spans: &mut [Span]) {
    spans.sort_by(|a, b| key(a).cmp(&key(b)));
}

fn key(span: &Span) -> (usize, Reverse<usize>, &Kind) {
    (span.start, Reverse(span.end), &span.kind)
}

/// Spans of one kind that touch become one.
fn join(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|a, b| (&a.kind, a.start).cmp(&(&b.kind, b.start)));
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.kind == span.kind && last.end >= span.start => {
                last.end = last.end.max(span.end);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Where spans overlap, the earlier has it.
fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    sort(&mut spans);
    let mut free = 0;
    spans.retain_mut(|span| {
        span.start = span.start.max(free);
        free = free.max(span.end);
        span.start < span.end
    });
    spans
}

/// Rigid spans that are inside each other or apart: where two cross, the earlier has it.
fn nested(spans: Vec<Span>) -> Vec<Span> {
    let mut waiting: BinaryHeap<_> = spans
        .into_iter()
        .map(|span| Reverse((span.start, Reverse(span.end), span.kind)))
        .collect();
    let mut kept: Vec<Span> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    while let Some(Reverse((start, Reverse(end), kind))) = waiting.pop() {
        while around.pop_if(|top| kept[*top].end <= start).is_some() {}
        if let Some(top) = around.last().map(|top| &kept[*top]) {
            if end > top.end {
                waiting.push(Reverse((top.end, Reverse(end), kind)));
                continue;
            }
            if !top.kind.is_link() || kind.is_link() {
                continue;
            }
        }
        around.push(kept.len());
        kept.push(Span::new(start, end, kind));
    }
    kept
}

/// Where each UTF-16 unit of the text begins, and its end. The second unit of a pair is where the next character is.
fn bytes_of_units(text: &str) -> Vec<usize> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    for (at, character) in text.char_indices() {
        bytes.push(at);
        if character.len_utf16() == 2 {
            bytes.push(at + character.len_utf8());
        }
    }
    bytes.push(text.len());
    bytes
}

fn units(text: &str) -> i32 {
    let units: usize = text.chars().map(char::len_utf16).sum();
    i32::try_from(units).unwrap_or(i32::MAX)
}

fn read(entity: &api::TypeMessageEntity) -> Option<(i32, i32, Kind)> {
    use api::TypeMessageEntity as Entity;
    Some(match entity {
        Entity::MessageEntityBold(e) => (e.offset, e.length, Kind::Bold),
        Entity::MessageEntityItalic(e) => (e.offset, e.length, Kind::Italic),
        Entity::MessageEntityUnderline(e) => (e.offset, e.length, Kind::Underline),
        Entity::MessageEntityStrike(e) => (e.offset, e.length, Kind::Strike),
        Entity::MessageEntitySpoiler(e) => (e.offset, e.length, Kind::Spoiler),
        Entity::MessageEntityCode(e) => (e.offset, e.length, Kind::Code),
        Entity::MessageEntityPre(e) => {
            let language = e.language.clone();
            (e.offset, e.length, Kind::Pre { language })
        }
        Entity::MessageEntityTextUrl(e) => (e.offset, e.length, Kind::of_url(e.url.clone())),
        Entity::MessageEntityMentionName(e) => {
            let user_id = e.user_id.0;
            (e.offset, e.length, Kind::Mention { user_id })
        }
        Entity::InputMessageEntityMentionName(e) => {
            let user_id = match &e.user_id {
                api::TypeInputUser::InputUser(user) => user.user_id.0,
                api::TypeInputUser::InputUserFromMessage(user) => user.user_id.0,
                _ => return None,
            };
            (e.offset, e.length, Kind::Mention { user_id })
        }
        Entity::MessageEntityCustomEmoji(e) => {
            let document_id = e.document_id;
            (e.offset, e.length, Kind::Emoji { document_id })
        }
        Entity::MessageEntityBlockquote(e) => {
            let collapsed = e.collapsed;
            (e.offset, e.length, Kind::Quote { collapsed })
        }
        _ => return None,
    })
}

fn write(kind: Kind, offset: i32, length: i32) -> api::TypeMessageEntity {
    match kind {
        Kind::Bold => api::MessageEntityBold { offset, length }.into(),
        Kind::Italic => api::MessageEntityItalic { offset, length }.into(),
        Kind::Underline => api::MessageEntityUnderline { offset, length }.into(),
        Kind::Strike => api::MessageEntityStrike { offset, length }.into(),
        Kind::Spoiler => api::MessageEntitySpoiler { offset, length }.into(),
        Kind::Code => api::MessageEntityCode { offset, length }.into(),
        Kind::Pre { language } => api::MessageEntityPre {
            offset,
            length,
            language,
        }
        .into(),
        Kind::Link { url } => api::MessageEntityTextUrl {
            offset,
            length,
            url,
        }
        .into(),
        Kind::Mention { user_id } => {
            let user_id = UserId(user_id);
            api::MessageEntityMentionName {
                offset,
                length,
                user_id,
            }
            .into()
        }
        Kind::Emoji { document_id } => api::MessageEntityCustomEmoji {
            offset,
            length,
            document_id,
        }
        .into(),
        Kind::Quote { collapsed } => api::MessageEntityBlockquote {
            collapsed,
            offset,
            length,
        }
        .into(),
    }
}

/// What a mention's address begins with.
pub(super) const MENTION: &str = "tg://user?id=";
/// What a custom emoji's address begins with, in Markdown.
pub(super) const EMOJI: &str = "tg://emoji?id=";
