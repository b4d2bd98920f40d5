//! TL lines from the JSON that mtcute publishes its schema in.
//!
//! It normalises: numbers that fit a double become `int53`, flags and vectors stand beside the type, the
//! result's vector is told apart, and a few constructors are its own inventions. The CRC32 rule
//! finds what was put back wrongly.

use serde_json::Value as Json;

/// Constructors that are mtcute's own, or renamed by it.
const ITS_OWN: &[&str] = &[
    "inputPeerPhotoFileLocationLegacy",
    "inputStickerSetThumbLegacy",
];

/// The schema as TL text.
pub(super) fn text(json: &str) -> Result<String, String> {
    let schema: Json = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let entries = schema["e"].as_array().ok_or("no entries")?;
    let mut text = String::new();
    for (kind, header) in [("class", ""), ("method", "---functions---\n")] {
        text.push_str(header);
        for entry in entries.iter().filter(|entry| entry["kind"] == kind) {
            let name = entry["name"].as_str().ok_or("an entry without a name")?;
            let id = entry["id"].as_u64().ok_or("an entry without an id")?;
            let own = name.starts_with("mtcute.") || name.ends_with("Prefix");
            if own || ITS_OWN.contains(&name) || id == 0 {
                continue;
            }
            text.push_str(&line(name, id, entry));
        }
    }
    Ok(text)
}

fn line(name: &str, id: u64, entry: &Json) -> String {
    let generic = if entry["generics"].is_array() {
        " {X:Type}"
    } else {
        ""
    };
    let arguments: String = entry["arguments"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|argument| {
            let name = argument["name"].as_str().unwrap_or_default();
            let predicate = argument["typeModifiers"]["predicate"].as_str();
            let predicate = predicate.map(|flag| format!("{flag}?")).unwrap_or_default();
            format!(" {name}:{predicate}{}", ty(argument))
        })
        .collect();
    format!("{name}#{id:08x}{generic}{arguments} = {};\n", ty(entry))
}

fn ty(entry: &Json) -> String {
    let ty = match entry["type"].as_str().unwrap_or_default() {
        "int53" => "long",
        other => other,
    };
    let modifiers = &entry["typeModifiers"];
    if modifiers["isVector"] == true {
        format!("Vector<{ty}>")
    } else if modifiers["isBareVector"] == true {
        format!("vector<{ty}>")
    } else {
        ty.to_owned()
    }
}
