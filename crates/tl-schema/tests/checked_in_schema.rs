//! The schema in `schema/` is what it says it is.

use heliogram_tl_schema::{Schema, combinator_id, parse};

/// Three whose published ids were computed otherwise; they are so in every copy of the schema.
const EXCEPTIONS: [&str; 3] = ["ipPortSecret", "accessPointRule", "help.configSimple"];

fn schema(file: &str) -> Schema {
    let path = format!("{}/../../schema/{file}", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_id_follows_the_crc32_rule() {
    for file in ["api.tl", "mtproto.tl", "history/198.tl"] {
        for combinator in schema(file).combinators {
            let name = combinator.name.to_string();
            if !EXCEPTIONS.contains(&name.as_str()) {
                let id = combinator_id(&combinator);
                assert_eq!(id, combinator.id, "{file}: {name} should be {id:08x}");
            }
        }
    }
}

#[test]
fn the_api_is_layer_230_with_850_methods() {
    let api = schema("api.tl");
    assert_eq!(api.layer, Some(230));
    assert_eq!(api.functions().count(), 850);
    // Five of the 1,703 are the codec's own: boolFalse, boolTrue, true, error, null.
    assert_eq!(api.constructors().count(), 1703);
}

#[test]
fn every_line_is_written_back_as_it_stands() {
    let text = std::fs::read_to_string(format!(
        "{}/../../schema/api.tl",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let lines = text
        .lines()
        .filter(|line| line.contains('#') && !line.starts_with("vector"));
    let lines = lines.filter(|line| !line.starts_with("//"));
    for (line, combinator) in lines.zip(schema("api.tl").combinators) {
        let name = line.split('#').next().unwrap();
        assert_eq!(name, combinator.name.to_string());
        let id = line.split(['#', ' ']).nth(1).unwrap();
        let written = combinator
            .to_string()
            .replacen(&format!("{:08x}", combinator.id), id, 1);
        assert_eq!(format!("{written};"), line);
    }
}
