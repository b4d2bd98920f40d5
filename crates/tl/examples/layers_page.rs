//! Prints `docs/layers.md`: what each layer gets of every constructor. `cargo xtask layers` writes it.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use heliogram_tl::LAYER;
use heliogram_tl::reflect::{self, FALLBACKS, Fate, Instead, LOST};

fn main() -> Result<(), std::fmt::Error> {
    // MTProto's own objects have no layers.
    let mtproto: HashSet<&str> = include_str!("../../../schema/mtproto.tl")
        .lines()
        .filter_map(|line| Some(line.split_once('#')?.0))
        .collect();
    let layers: Vec<i32> = reflect::known_layers().collect();
    let mut rows: BTreeMap<&str, String> = BTreeMap::new();
    let mut page = String::from(HEAD);
    for layer in &layers {
        let fates = reflect::fates(*layer);
        let fates = fates
            .into_iter()
            .filter(|(constructor, _)| !mtproto.contains(constructor.name));
        let mut counts = BTreeMap::from(
            [Fate::Exact, Fate::Reduced, Fate::Fallback, Fate::Refused].map(|fate| (fate, 0)),
        );
        for (constructor, fate) in fates {
            *counts.entry(fate).or_default() += 1;
            rows.entry(constructor.name).or_default().push(letter(fate));
        }
        if *layer == LAYER {
            writeln!(page, "| {layer} | {} | 0 | 0 | 0 |", rows.len())?;
            continue;
        }
        let counts: Vec<String> = counts.values().map(ToString::to_string).collect();
        writeln!(page, "| {layer} | {} |", counts.join(" | "))?;
    }
    page.push_str(STAND_INS);
    for line in FALLBACKS {
        let what = match line.having {
            [] => format!("any other `{}`", line.ty),
            having => format!("a `{}` with `{}`", line.ty, having.join("`, `")),
        };
        let instead = match line.instead {
            Instead::StandIn(name) => format!("`{name}`"),
            Instead::LeaveOut => "left out".to_owned(),
        };
        writeln!(page, "| {what} | {instead} | {} |", line.reason)?;
    }
    page.push_str(WITHOUT_A_PLACE);
    for line in LOST {
        writeln!(page, "* {}: `{}`.", line.reason, line.names.join("`, `"))?;
    }
    page.push_str(EVERY_ONE);
    let older: Vec<String> = layers[..layers.len() - 1]
        .iter()
        .map(ToString::to_string)
        .collect();
    for digit in 0..3 {
        let digits: String = older.iter().map(|layer| &layer[digit..=digit]).collect();
        writeln!(page, "{digits}")?;
    }
    for (name, fates) in rows
        .iter()
        .filter(|(_, fates)| fates.contains(['r', 'f', '-']))
    {
        writeln!(page, "{fates} {name}")?;
    }
    page.push_str("```\n");
    print!("{page}");
    Ok(())
}

fn letter(fate: Fate) -> char {
    match fate {
        Fate::Exact => '.',
        Fate::Reduced => 'r',
        Fate::Fallback => 'f',
        Fate::Refused => '-',
    }
}

const HEAD: &str = "\
# What each layer gets

Made by `cargo xtask layers` from the tables; do not edit. A client is answered in the layer that it announced: in that layer's own
table, in that of the next newer layer that has one, or in the newest when nobody has published the layer yet. What
changed between two layers is told by `heliogram diff`.

* *exact*: it arrives whole, under the same id or under another with every field;
* *reduced*: it arrives under its name with the fields that the layer knows; what is required there and is not here is 0 or empty;
* *fallback*: something else stands for it, or it is left out of its vector;
* *refused*: where nothing can do without it, the answer is the error `NOT_IN_LAYER_n_NAME`. An optional field is left out instead.

| layer | exact | reduced | fallback | refused |
|---|---|---|---|---|
";

const STAND_INS: &str = "
## What stands for what a layer has never heard of

The first line that fits counts.

| instead of | comes | because |
|---|---|---|
";

const WITHOUT_A_PLACE: &str = "
## What older layers have and the newest has no place for

Old clients get nothing for it; a request that needs it is refused by name, and what stands in it otherwise is not heard.

";

const EVERY_ONE: &str = "
## Every constructor that is not exact everywhere

A column for each layer: `.` exact, `r` reduced, `f` fallback, `-` refused.

```
";
