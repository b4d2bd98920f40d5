//! The schemas of all known layers, put together from the newest and what older ones have otherwise.

use std::collections::BTreeMap;

use heliogram_tl_schema::{Combinator, Kind, parse};

use crate::failure::Failure;

/// A schema by kind (methods last) and name.
pub(super) type Layered = BTreeMap<(bool, String), Combinator>;

/// The schema of a layer.
pub(super) fn layer(number: i32) -> Result<Layered, Failure> {
    let mut schema = read(NEWEST)?;
    if number == heliogram_tl::LAYER {
        return Ok(schema);
    }
    let Some((_, text)) = HISTORY.iter().find(|(known, _)| *known == number) else {
        let known: Vec<String> = HISTORY.iter().map(|(known, _)| known.to_string()).collect();
        return Err(
            Failure::usage(format!("the schema of layer {number} is not known")).hint(format!(
                "known are {} and {}",
                known.join(", "),
                heliogram_tl::LAYER
            )),
        );
    };
    let mut function = false;
    for line in text.lines() {
        function |= line == "---functions---";
        if let Some(name) = line.strip_prefix("// unknown: ") {
            schema.remove(&(function, name.to_owned()));
        }
    }
    schema.extend(read(text)?);
    Ok(schema)
}

fn read(text: &str) -> Result<Layered, Failure> {
    let schema = parse(text)
        .map_err(|error| Failure::failed(format!("a schema cannot be read: {error}")))?;
    let keyed = schema.combinators.into_iter().map(|combinator| {
        let key = (
            combinator.kind == Kind::Function,
            combinator.name.to_string(),
        );
        (key, combinator)
    });
    Ok(keyed.collect())
}

const NEWEST: &str = include_str!("../../schema/api.tl");

/// `schema/history`, oldest first.
const HISTORY: &[(i32, &str)] = &[
    (155, include_str!("../../schema/history/155.tl")),
    (158, include_str!("../../schema/history/158.tl")),
    (167, include_str!("../../schema/history/167.tl")),
    (174, include_str!("../../schema/history/174.tl")),
    (179, include_str!("../../schema/history/179.tl")),
    (181, include_str!("../../schema/history/181.tl")),
    (184, include_str!("../../schema/history/184.tl")),
    (185, include_str!("../../schema/history/185.tl")),
    (189, include_str!("../../schema/history/189.tl")),
    (198, include_str!("../../schema/history/198.tl")),
    (204, include_str!("../../schema/history/204.tl")),
    (214, include_str!("../../schema/history/214.tl")),
    (216, include_str!("../../schema/history/216.tl")),
    (218, include_str!("../../schema/history/218.tl")),
    (220, include_str!("../../schema/history/220.tl")),
    (221, include_str!("../../schema/history/221.tl")),
    (222, include_str!("../../schema/history/222.tl")),
    (223, include_str!("../../schema/history/223.tl")),
    (225, include_str!("../../schema/history/225.tl")),
    (227, include_str!("../../schema/history/227.tl")),
    (228, include_str!("../../schema/history/228.tl")),
    (229, include_str!("../../schema/history/229.tl")),
];

#[cfg(test)]
mod tests {
    use heliogram_tl::reflect;

    use super::*;

    #[test]
    fn every_layer_that_the_tables_know_can_be_compared() {
        let known: Vec<i32> = reflect::known_layers().collect();
        let here = HISTORY.iter().map(|(number, _)| *number);
        assert_eq!(here.chain([heliogram_tl::LAYER]).collect::<Vec<_>>(), known);
        for number in known {
            let schema = layer(number).unwrap();
            assert!(schema.len() > 1_500, "{number}: {}", schema.len());
        }
    }
}
