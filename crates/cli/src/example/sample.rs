//! An object with its required fields filled.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heliogram_tl::reflect::{self, Combinator, Field, Object, Type, TypeInfo, from_json};
use serde_json::{Map, Value as Json, json};

/// An object of this method or constructor; the same one each time.
pub(super) fn of(combinator: &'static Combinator) -> Object {
    from_json(&object(combinator, 0))
        .unwrap_or_else(|error| panic!("a sample does not fit: {error}"))
}

fn object(combinator: &'static Combinator, depth: usize) -> Json {
    let mut map = Map::new();
    map.insert("_".to_owned(), combinator.name.into());
    for field in required(combinator) {
        map.insert(field.name.to_owned(), value(field.name, field.ty, depth));
    }
    Json::Object(map)
}

fn required(combinator: &'static Combinator) -> impl Iterator<Item = &'static Field> {
    let fields = combinator.fields.iter();
    fields.filter(|field| field.flag.is_none() && field.ty != Type::Flags)
}

fn value(name: &str, ty: Type, depth: usize) -> Json {
    match ty {
        Type::Flags => unreachable!("flag words are left out of the required fields"),
        Type::True | Type::Bool => true.into(),
        Type::Int => int(name).into(),
        Type::Long => long(name).into(),
        Type::Double => json!(0.5),
        Type::Int128 => "00".repeat(16).into(),
        Type::Int256 => "00".repeat(32).into(),
        Type::String => text(name).into(),
        Type::Bytes => STANDARD.encode("arbitrary data here").into(),
        Type::Vector(_) | Type::BareVector(_) if depth >= DEEP => json!([]),
        Type::Vector(element) | Type::BareVector(element) => {
            json!([value(name, *element, depth + 1)])
        }
        Type::Bare(index) => object(&reflect::combinators()[usize::from(index)], depth + 1),
        Type::Boxed(index) => object(simplest(usize::from(index)), depth + 1),
        Type::Object => json!({"_": "help.getConfig"}),
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "phone_number" | "phone" => "9996621234",
        "phone_code" | "code" => "12345",
        "phone_code_hash" => "7deac9022b73a3a888",
        "api_hash" => "0123456789abcdef0123456789abcdef",
        "first_name" => "Ada",
        "last_name" => "Lovelace",
        "username" => "ada",
        "lang_code" => "en",
        "url" => "https://example.org/",
        "email" => "ada@example.org",
        "title" => "A title",
        "emoticon" => "🙂",
        "country_code" | "iso2" => "AQ",
        "currency" => "EUR",
        "message" | "text" => "Hello",
        _ => "text",
    }
}

fn int(name: &str) -> i32 {
    match name {
        "limit" => 100,
        "layer" => heliogram_tl::LAYER,
        _ if name.starts_with("offset") || name.starts_with("max_") || name.starts_with("min_") => {
            0
        }
        "offset" | "date" | "qts" => 0,
        _ => 1,
    }
}

fn long(name: &str) -> i64 {
    match name {
        "hash" | "access_hash" | "offset" => 0,
        _ => 1,
    }
}

/// Of the constructors of a type the one with the least to fill in, rather not an empty one.
fn simplest(info: usize) -> &'static Combinator {
    let constructors = reflect::types()[info].constructors();
    constructors
        .min_by_key(|found| (COSTS.of(found), found.name))
        .expect("the schema has no type without constructors")
}

/// How much there is to fill in for each constructor and type.
struct Costs {
    of_types: HashMap<&'static str, u32>,
}

static COSTS: LazyLock<Costs> = LazyLock::new(Costs::find);

impl Costs {
    /// Costs only fall from round to round, so this ends.
    fn find() -> Self {
        let mut costs = Self {
            of_types: HashMap::new(),
        };
        loop {
            let mut changed = false;
            for info in reflect::types() {
                let cost = TypeInfo::constructors(info)
                    .map(|found| costs.of(found))
                    .min()
                    .unwrap_or(ENDLESS);
                changed |= costs.of_types.insert(info.name, cost) != Some(cost);
            }
            if !changed {
                return costs;
            }
        }
    }

    fn of(&self, combinator: &'static Combinator) -> u32 {
        let empty = EMPTY.iter().any(|end| combinator.name.ends_with(end));
        required(combinator)
            .map(|field| self.of_type(field.ty))
            .fold(if empty { 9 } else { 1 }, u32::saturating_add)
            .min(ENDLESS)
    }

    fn of_type(&self, ty: Type) -> u32 {
        match ty {
            Type::Boxed(index) => {
                let name = reflect::types()[usize::from(index)].name;
                self.of_types.get(name).copied().unwrap_or(ENDLESS)
            }
            Type::Bare(index) => self.of(&reflect::combinators()[usize::from(index)]),
            _ => 1,
        }
    }
}

/// A constructor that says nothing makes a poor example.
const EMPTY: [&str; 3] = ["Empty", "Unknown", "Unsupported"];
const ENDLESS: u32 = 1 << 20;
/// Below this depth vectors stay empty.
const DEEP: usize = 3;
