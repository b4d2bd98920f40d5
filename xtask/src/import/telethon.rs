//! TL lines of a layer by the ids that Telethon knows.
//!
//! Its package holds code and no schema: a table of ids, and a class for each. Every id but a few is one of the layers
//! around, whose lines are taken; what is in none of them stands here, held by the CRC32 rule as everything is.

use std::collections::HashMap;

use heliogram_tl_schema::{Combinator, Kind, Schema};

/// `bots.getBotInfo` and `bots.setBotInfo` as they were for a few layers after 152.
const BETWEEN: &str = "\
bots.setBotInfo#a365df7a flags:# lang_code:string about:flags.0?string description:flags.1?string = Bool;
bots.getBotInfo#75ec12e6 lang_code:string = Vector<string>;
";

/// The schema as TL text. `around` are the schemas of other layers; what is of MTProto's own schema is left out.
pub(super) fn text(table: &str, around: &[Schema], mtproto: &Schema) -> Result<String, String> {
    let between = heliogram_tl_schema::parse(&format!("---functions---\n{BETWEEN}"))
        .map_err(|error| error.to_string())?;
    let schemas = around.iter().chain([&between]);
    let by_id: HashMap<u32, &Combinator> = schemas
        .flat_map(|schema| &schema.combinators)
        .map(|combinator| (combinator.id, combinator))
        .collect();
    let (mut constructors, mut functions) = (String::new(), String::new());
    for (id, class) in ids(table) {
        let Some(combinator) = by_id.get(&id) else {
            if !mtproto.combinators.iter().any(|known| known.id == id) && !is_other(class) {
                return Err(format!("{class} has the id {id:08x}, which no layer has"));
            }
            continue;
        };
        let text = match combinator.kind {
            Kind::Constructor => &mut constructors,
            Kind::Function => &mut functions,
        };
        text.push_str(&format!("{combinator};\n"));
    }
    Ok(format!("{constructors}---functions---\n{functions}"))
}

/// The lines `0x7abe77ec: functions.PingRequest,` of its table.
fn ids(table: &str) -> impl Iterator<Item = (u32, &str)> {
    table.lines().filter_map(|line| {
        let (id, class) = line.trim().strip_prefix("0x")?.split_once(": ")?;
        Some((
            u32::from_str_radix(id, 16).ok()?,
            class.trim_end_matches(','),
        ))
    })
}

/// The description of a TLS greeting, MTProto's own words by other ids, and addresses that other packages leave out.
fn is_other(class: &str) -> bool {
    let name = class.rsplit('.').next().unwrap_or(class);
    name.starts_with("Tls") || OTHERS.contains(&name)
}

const OTHERS: &[&str] = &["IpPort", "IpPortSecret", "AccessPointRule", "ConfigSimple"];
