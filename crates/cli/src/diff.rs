//! `heliogram diff FROM TO [NAME]`: what changed between two layers.
//!
//! Layers are compared by kind, name and id. A flag that has no value is not in the id, so one that came alone is not
//! shown; two schemas of one layer that differ in it cannot be told apart by anybody.

mod schemas;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::Args;
use heliogram_tl::reflect::spelling;
use heliogram_tl_schema::{Combinator, Kind, ParamType};
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::{lookup, output};

use schemas::Layered;

/// What to compare, and how to show it.
#[derive(Args)]
pub(crate) struct Diff {
    /// The layer to start from
    from: i32,
    /// The layer to come to
    to: i32,
    /// One constructor, method or type, in the schema's spelling or GramJS's (default: all)
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let (from, to) = (schemas::layer(self.from)?, schemas::layer(self.to)?);
        let changes = match &self.name {
            Some(name) => of_name(name, &from, &to)?,
            None => all(&from, &to),
        };
        if self.json {
            let changes: Vec<Json> = changes.iter().map(Change::json).collect();
            return output::json(&json!({
                "from": self.from, "to": self.to, "name": self.name, "changes": changes,
            }));
        }
        let head = format!("layer {} to {}: ", self.from, self.to);
        output::text(&match &self.name {
            Some(name) if changes.is_empty() => {
                format!("{head}`{name}` is the same\n")
            }
            Some(_) => changes.iter().map(Change::whole).collect(),
            None => head + &overview(&changes),
        })
    }
}

/// One name that is not the same in both layers.
struct Change<'a> {
    from: Option<&'a Combinator>,
    to: Option<&'a Combinator>,
}

fn all<'a>(from: &'a Layered, to: &'a Layered) -> Vec<Change<'a>> {
    let keys: BTreeSet<_> = from.keys().chain(to.keys()).collect();
    keys.into_iter()
        .map(|key| Change {
            from: from.get(key),
            to: to.get(key),
        })
        .filter(|change| change.from.map(|c| c.id) != change.to.map(|c| c.id))
        .collect()
}

/// The changes of what goes by this name, which may be a type.
fn of_name<'a>(name: &str, from: &'a Layered, to: &'a Layered) -> Result<Vec<Change<'a>>, Failure> {
    let plain = name.strip_prefix("Api.").unwrap_or(name);
    let named = |is: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let keys = from.keys().chain(to.keys());
        keys.filter(|(_, name)| is(name))
            .map(|(_, name)| name.clone())
            .collect()
    };
    let mut names = named(&|known| known == plain);
    if names.is_empty() {
        let both = from.values().chain(to.values());
        let constructors = both.filter(|c| c.kind == Kind::Constructor);
        names = constructors
            .filter(|c| c.result.to_string() == plain)
            .map(|c| c.name.to_string())
            .collect();
    }
    if names.is_empty() {
        names = named(&|known| lookup::gramjs_name(known) == plain);
    }
    if names.is_empty() {
        names = named(&|known| known.eq_ignore_ascii_case(plain));
    }
    if names.is_empty() {
        let known = from.keys().chain(to.keys()).map(|(_, name)| name.as_str());
        let failure = Failure::usage(format!("neither layer has `{name}`"));
        let close = spelling::closest(plain, known);
        return Err(match spelling::question(&close) {
            Some(question) => failure.hint(question),
            None => failure,
        });
    }
    let changes = all(from, to);
    Ok(changes
        .into_iter()
        .filter(|change| names.contains(&change.either().name.to_string()))
        .collect())
}

impl<'a> Change<'a> {
    fn either(&self) -> &'a Combinator {
        self.to
            .or(self.from)
            .expect("one of the two layers has what changed")
    }

    fn word(&self) -> &'static str {
        match (self.from, self.to) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        }
    }

    fn mark(&self) -> char {
        match self.word() {
            "new" => '+',
            "gone" => '-',
            _ => '~',
        }
    }

    /// What became of its fields and its result, a line each.
    fn details(&self) -> Vec<(char, String)> {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return Vec::new();
        };
        let mut details = Vec::new();
        for (name, old) in fields(from) {
            match fields(to).find(|(other, _)| *other == name) {
                None => details.push(('-', format!("{name}: {old}"))),
                Some((_, new)) if new != old => {
                    details.push(('~', format!("{name}: {old} -> {new}")));
                }
                Some(_) => {}
            }
        }
        for (name, new) in fields(to) {
            if !fields(from).any(|(other, _)| other == name) {
                details.push(('+', format!("{name}: {new}")));
            }
        }
        if from.result != to.result {
            details.push(('~', format!("= {} -> {}", from.result, to.result)));
        }
        if details.is_empty() {
            details.push(('~', "its fields are in another order".to_owned()));
        }
        details
    }

    /// Both definitions, and what is between them.
    fn whole(&self) -> String {
        let mut text = format!("{} {}\n", self.mark(), self.either().name);
        for definition in [self.from, self.to].into_iter().flatten() {
            let _ = writeln!(text, "    {definition};");
        }
        for (mark, detail) in self.details() {
            let _ = writeln!(text, "    {mark} {detail}");
        }
        text
    }

    fn json(&self) -> Json {
        let definition = |combinator: Option<&Combinator>| {
            combinator.map(|combinator| {
                json!({
                    "id": format!("{:08x}", combinator.id),
                    "definition": combinator.to_string(),
                })
            })
        };
        let details = self.details();
        let of = |mark: char| -> Vec<&str> {
            let found = details.iter().filter(|(own, _)| *own == mark);
            found.map(|(_, detail)| detail.as_str()).collect()
        };
        json!({
            "name": self.either().name.to_string(),
            "kind": kind(self.either().kind),
            "change": self.word(),
            "from": definition(self.from),
            "to": definition(self.to),
            "added": of('+'),
            "removed": of('-'),
            "altered": of('~'),
        })
    }
}

/// All changes for a person: numbers, then what changed with its fields, then the names that came and went.
fn overview(changes: &[Change<'_>]) -> String {
    let count = |word: &str, of: Kind| {
        let found = changes.iter().filter(|change| change.word() == word);
        found.filter(|change| change.either().kind == of).count()
    };
    let mut text = String::new();
    let counts: Vec<String> = ["changed", "new", "gone"]
        .iter()
        .map(|word| {
            let (constructors, methods) =
                (count(word, Kind::Constructor), count(word, Kind::Function));
            format!("{word} {constructors} constructors and {methods} methods")
        })
        .collect();
    let _ = writeln!(text, "{}", counts.join("; "));
    for of in [Kind::Constructor, Kind::Function] {
        for word in ["changed", "new", "gone"] {
            let of_kind = changes
                .iter()
                .filter(|change| change.word() == word && change.either().kind == of);
            for (at, change) in of_kind.enumerate() {
                if at == 0 {
                    let _ = writeln!(text, "\n{word} {}s", kind(of));
                }
                let combinator = change.either();
                let _ = writeln!(
                    text,
                    "  {} {} = {}",
                    change.mark(),
                    combinator.name,
                    combinator.result
                );
                for (mark, detail) in change.details() {
                    let _ = writeln!(text, "      {mark} {detail}");
                }
            }
        }
    }
    text
}

/// The fields with their types as the schema writes them, flag words left out.
fn fields(combinator: &Combinator) -> impl Iterator<Item = (&str, String)> {
    combinator.params.iter().filter_map(|param| {
        let ty = match &param.ty {
            ParamType::Flags => return None,
            ParamType::Required(ty) => ty.to_string(),
            ParamType::Conditional { flags, bit, ty } => format!("{flags}.{bit}?{ty}"),
        };
        Some((param.name.as_str(), ty))
    })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Constructor => "constructor",
        Kind::Function => "method",
    }
}
