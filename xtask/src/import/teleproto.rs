//! TL lines from the definitions that teleproto generates for JavaScript.
//!
//! Its names are camelCase, and fields stand in an object by name. The CRC32 rule finds what was put back wrongly;
//! a definition whose id another schema knows is taken from there, with its names as they are spelled.

use std::collections::HashMap;

use heliogram_tl_schema::{Combinator, Schema};
use serde_json::Value as Json;

/// The schema as TL text; `known` are schemas that share most of it. What is of MTProto's own schema is left out.
pub(super) fn text(module: &str, known: &[Schema], mtproto: &Schema) -> Result<String, String> {
    let (start, end) = (module.find('['), module.rfind(']'));
    let (Some(start), Some(end)) = (start, end) else {
        return Err("no array of definitions".to_owned());
    };
    let definitions: Vec<Json> =
        serde_json::from_str(&module[start..=end]).map_err(|error| error.to_string())?;
    let by_id: HashMap<u32, &Combinator> = known
        .iter()
        .flat_map(|schema| &schema.combinators)
        .map(|combinator| (combinator.id, combinator))
        .collect();
    let is_mtproto = |id| mtproto.combinators.iter().any(|c| c.id == id);
    let mut text = String::new();
    for (function, header) in [(false, ""), (true, "---functions---\n")] {
        text.push_str(header);
        for definition in definitions
            .iter()
            .filter(|definition| definition["isFunction"] == function)
        {
            let id = definition["constructorId"].as_u64().ok_or("no id")? as u32;
            match by_id.get(&id) {
                Some(combinator) => text.push_str(&format!("{combinator};\n")),
                None if is_mtproto(id) || is_tls(definition) => {}
                None => text.push_str(&line(id, definition)),
            }
        }
    }
    Ok(text)
}

/// The description of a TLS greeting, which is written in TL and is no part of the API.
fn is_tls(definition: &Json) -> bool {
    definition["result"]
        .as_str()
        .is_some_and(|result| result.starts_with("Tls"))
}

fn line(id: u32, definition: &Json) -> String {
    let name = definition["name"].as_str().unwrap_or_default();
    let mut name = name[..1].to_lowercase() + &name[1..];
    if let Some(namespace) = definition["namespace"].as_str() {
        name = format!("{namespace}.{name}");
    }
    let result = definition["result"].as_str().unwrap_or_default();
    let generic = if result == "X" { " {X:Type}" } else { "" };
    let arguments: String = definition["argsConfig"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, argument)| argument_text(name, argument))
        .collect();
    format!("{name}#{id:08x}{generic}{arguments} = {result};\n")
}

fn argument_text(name: &str, argument: &Json) -> String {
    let name = snake_case(name);
    if argument["flagIndicator"] == true {
        return format!(" {name}:#");
    }
    let ty = argument["type"].as_str().unwrap_or_default();
    let ty = match (
        argument["isVector"] == true,
        argument["useVectorId"] == true,
    ) {
        (true, true) => format!("Vector<{ty}>"),
        (true, false) => format!("vector<{ty}>"),
        _ => ty.to_owned(),
    };
    match argument["flagName"].as_str() {
        Some(flags) => format!(" {name}:{flags}.{}?{ty}", argument["flagIndex"]),
        None => format!(" {name}:{ty}"),
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
