//! The tables that reflection walks: every combinator of the newest layer, and what older
//! layers have otherwise.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use heliogram_tl_schema::{Combinator, Kind, ParamType, Schema, Type, parse};

use super::BUILT_IN;
use super::facts::Facts;
use super::shape::is_true;
use crate::repository;

/// Where everything of the newest layer stands in the tables.
pub(super) struct Newest<'a> {
    combinators: Vec<&'a Combinator>,
    index: HashMap<(Kind, String), usize>,
    types: BTreeMap<String, Vec<usize>>,
    type_index: HashMap<String, usize>,
}

impl<'a> Newest<'a> {
    pub(super) fn of(api: &'a Schema, mtproto: &'a Schema) -> Self {
        let mut combinators: Vec<&Combinator> =
            api.combinators.iter().chain(&mtproto.combinators).collect();
        combinators.sort_by_key(|combinator| combinator.id);
        let mut index = HashMap::new();
        let mut types: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, combinator) in combinators.iter().enumerate() {
            index.insert((combinator.kind, combinator.name.to_string()), at);
            if combinator.kind == Kind::Constructor {
                types
                    .entry(combinator.result.to_string())
                    .or_default()
                    .push(at);
            }
        }
        let type_index = types.keys().cloned().zip(0..).collect();
        Self {
            combinators,
            index,
            types,
            type_index,
        }
    }

    fn describe(&self, ty: &Type) -> Result<String, String> {
        let constructor = |name: &str| {
            let key = (Kind::Constructor, name.to_owned());
            self.index.get(&key).copied()
        };
        describe(ty, &|name| self.type_index.get(name).copied(), &constructor)
    }
}

/// `tables.rs`.
pub(super) fn newest(newest: &Newest<'_>, api: &Schema, facts: &Facts) -> Result<String, String> {
    let describe = |ty: &Type| newest.describe(ty);
    let mut text = String::from(
        "use crate::reflect::{Combinator as C, Field as F, Method as M, Type as T, TypeInfo};\nuse crate::Availability as A;\n\n/// Sorted by id.\npub(crate) static COMBINATORS: &[C] = &[\n",
    );
    for combinator in &newest.combinators {
        let _ = writeln!(text, "    {},", entry(combinator, facts, &describe)?);
    }
    text.push_str("];\n\n/// Sorted by name; the constructors are indices into `COMBINATORS`.\npub(crate) static TYPES: &[TypeInfo] = &[\n");
    for (name, constructors) in &newest.types {
        let _ = writeln!(
            text,
            "    TypeInfo {{ name: \"{name}\", constructors: &{constructors:?} }},"
        );
    }
    text.push_str("];\n\n/// The methods of the API, in the order of the schema.\npub(crate) static METHODS: &[M] = &[\n");
    for method in api.functions() {
        let name = method.name.to_string();
        let known = facts.methods.get(&name);
        let word = |word: Option<&str>| match word {
            Some("yes") => "A::Yes",
            Some("no") => "A::No",
            _ => "A::Unknown",
        };
        let errors: Vec<usize> = known
            .into_iter()
            .flat_map(|known| &known.errors)
            .map(|error| facts.index(error))
            .collect();
        let _ = writeln!(
            text,
            "    M {{ combinator: {}, users: {}, bots: {}, errors: &{errors:?} }},",
            newest.index[&(Kind::Function, name)],
            word(known.map(|known| known.users.as_str())),
            word(known.map(|known| known.bots.as_str())),
        );
    }
    text.push_str("];\n");
    Ok(text)
}

/// `history.rs`: the shapes that older layers have otherwise, each once, and for each layer which of them are its own
/// and which names it lacks.
pub(super) fn history(newest: &Newest<'_>, facts: &Facts) -> Result<String, String> {
    let layers = older_layers()?;
    // Newest first, so that of two lines with one id, which differ in `true` flags only, the newer stays.
    let mut shapes: BTreeMap<u32, String> = BTreeMap::new();
    let mut lines = Vec::new();
    for (layer, source) in layers.iter().rev() {
        let schema = parse(source).map_err(|error| format!("layer {layer}: {error}"))?;
        let mut ids = Vec::new();
        for combinator in &schema.combinators {
            if let Entry::Vacant(place) = shapes.entry(combinator.id) {
                place.insert(entry(combinator, facts, &|ty| newest.describe(ty))?);
            }
            ids.push(combinator.id);
        }
        lines.push((*layer, ids, unknown(newest, source)?));
    }
    let place: HashMap<u32, usize> = shapes.keys().copied().zip(0..).collect();
    let mut text = String::from(
        "use crate::reflect::{Combinator as C, Field as F, Layer, Type as T};\n\n/// What is otherwise in some older layer, sorted by id.\npub(crate) static SHAPES: &[C] = &[\n",
    );
    for shape in shapes.values() {
        let _ = writeln!(text, "    {shape},");
    }
    text.push_str("];\n\n/// Oldest first; indices into `SHAPES`, and into `COMBINATORS` of the newest layer.\npub(crate) static LAYERS: &[Layer] = &[\n");
    for (layer, ids, unknown) in lines.iter().rev() {
        let mut otherwise: Vec<usize> = ids.iter().map(|id| place[id]).collect();
        otherwise.sort_unstable();
        let _ = writeln!(
            text,
            "    Layer {{ number: {layer}, otherwise: &{otherwise:?}, unknown: &{unknown:?} }},"
        );
    }
    text.push_str("];\n");
    Ok(text)
}

/// The texts of `schema/history`, by layer.
fn older_layers() -> Result<BTreeMap<i32, String>, String> {
    let mut layers = BTreeMap::new();
    let folder = repository::path("schema/history");
    for file in std::fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .flatten()
    {
        let name = file.file_name().to_string_lossy().into_owned();
        if let Some(layer) = name
            .strip_suffix(".tl")
            .and_then(|layer| layer.parse::<i32>().ok())
        {
            layers.insert(layer, repository::read(&format!("schema/history/{name}"))?);
        }
    }
    Ok(layers)
}

/// Where the names that a layer lacks stand among the newest combinators, sorted.
fn unknown(newest: &Newest<'_>, source: &str) -> Result<Vec<usize>, String> {
    let mut kind = Kind::Constructor;
    let mut places = Vec::new();
    for line in source.lines() {
        if line == "---functions---" {
            kind = Kind::Function;
        }
        let Some(name) = line.strip_prefix("// unknown: ") else {
            continue;
        };
        if BUILT_IN.contains(&name) {
            continue;
        }
        let place = newest.index.get(&(kind, name.to_owned()));
        places.push(*place.ok_or_else(|| format!("{name} is not in the newest layer"))?);
    }
    places.sort_unstable();
    Ok(places)
}

fn entry(
    combinator: &Combinator,
    facts: &Facts,
    describe: &dyn Fn(&Type) -> Result<String, String>,
) -> Result<String, String> {
    let words: Vec<&str> = combinator
        .params
        .iter()
        .filter(|param| param.ty == ParamType::Flags)
        .map(|param| param.name.as_str())
        .collect();
    let mut fields = Vec::new();
    for param in &combinator.params {
        let (flag, ty) = match &param.ty {
            ParamType::Flags => ("None".to_owned(), "T::Flags".to_owned()),
            ParamType::Required(ty) => ("None".to_owned(), describe(ty)?),
            ParamType::Conditional { flags, bit, ty } => {
                let word = words
                    .iter()
                    .position(|word| word == flags)
                    .ok_or_else(|| format!("{}: no flag word {flags}", combinator.name))?;
                let ty = if is_true(ty) {
                    "T::True".to_owned()
                } else {
                    describe(ty)?
                };
                (format!("Some(({word}, {bit}))"), ty)
            }
        };
        let secret = facts.secret_fields.contains(&param.name);
        fields.push(format!(
            "F {{ name: \"{}\", flag: {flag}, ty: {ty}, secret: {secret} }}",
            param.name
        ));
    }
    Ok(format!(
        "C {{ id: 0x{:08x}, name: \"{}\", function: {}, fields: &[{}], result: {} }}",
        combinator.id,
        combinator.name,
        combinator.kind == Kind::Function,
        fields.join(", "),
        describe(&combinator.result)?,
    ))
}

fn describe(
    ty: &Type,
    type_index: &dyn Fn(&str) -> Option<usize>,
    constructor_index: &dyn Fn(&str) -> Option<usize>,
) -> Result<String, String> {
    Ok(match ty {
        Type::Variable(_) => "T::Object".to_owned(),
        Type::Vector { bare, element } => {
            let element = describe(element, type_index, constructor_index)?;
            format!(
                "T::{}(&{element})",
                if *bare { "BareVector" } else { "Vector" }
            )
        }
        Type::Named(name) => match name.to_string().as_str() {
            "int" => "T::Int".to_owned(),
            "long" => "T::Long".to_owned(),
            "double" => "T::Double".to_owned(),
            "int128" => "T::Int128".to_owned(),
            "int256" => "T::Int256".to_owned(),
            "string" => "T::String".to_owned(),
            "bytes" => "T::Bytes".to_owned(),
            "Bool" => "T::Bool".to_owned(),
            other => match (type_index(other), constructor_index(other)) {
                (Some(index), _) => format!("T::Boxed({index})"),
                (None, Some(index)) => format!("T::Bare({index})"),
                (None, None) => "T::Object".to_owned(),
            },
        },
    })
}
