//! The tables that reflection walks: every combinator of the newest layer, and what older
//! layers have otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use heliogram_tl_schema::{Combinator, Kind, ParamType, Schema, Type, parse};

use super::facts::Facts;
use super::shape::is_true;
use crate::repository;

/// `tables.rs`.
pub(super) fn newest(api: &Schema, mtproto: &Schema, facts: &Facts) -> Result<String, String> {
    let mut all: Vec<&Combinator> = api.combinators.iter().chain(&mtproto.combinators).collect();
    all.sort_by_key(|combinator| combinator.id);
    let index: HashMap<(Kind, String), usize> = all
        .iter()
        .enumerate()
        .map(|(index, combinator)| ((combinator.kind, combinator.name.to_string()), index))
        .collect();
    let mut types: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, combinator) in all.iter().enumerate() {
        if combinator.kind == Kind::Constructor {
            types
                .entry(combinator.result.to_string())
                .or_default()
                .push(index);
        }
    }
    let type_index: BTreeMap<&str, usize> = types
        .keys()
        .enumerate()
        .map(|(index, name)| (name.as_str(), index))
        .collect();
    let describe = |ty: &Type| {
        describe(ty, &|name| type_index.get(name).copied(), &|name| {
            index.get(&(Kind::Constructor, name.to_owned())).copied()
        })
    };

    let mut text = String::from(
        "use crate::reflect::{Combinator as C, Field as F, Method as M, Type as T, TypeInfo};\nuse crate::Availability as A;\n\n/// Sorted by id.\npub(crate) static COMBINATORS: &[C] = &[\n",
    );
    for combinator in &all {
        let _ = writeln!(text, "    {},", entry(combinator, facts, &describe)?);
    }
    text.push_str("];\n\n/// Sorted by name; the constructors are indices into `COMBINATORS`.\npub(crate) static TYPES: &[TypeInfo] = &[\n");
    for (name, constructors) in &types {
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
            index[&(Kind::Function, name)],
            word(known.map(|known| known.users.as_str())),
            word(known.map(|known| known.bots.as_str())),
        );
    }
    text.push_str("];\n");
    Ok(text)
}

/// `history.rs`: for each older layer, the combinators it has otherwise and the names it lacks.
pub(super) fn history() -> Result<String, String> {
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
    let mut text = String::from(
        "use crate::reflect::{Combinator as C, Field as F, Layer, Type as T};\n\n/// Oldest first.\npub(crate) static LAYERS: &[Layer] = &[\n",
    );
    let facts = Facts::load()?;
    for (layer, source) in &layers {
        let schema = parse(source).map_err(|error| format!("layer {layer}: {error}"))?;
        let mut otherwise: Vec<&Combinator> = schema.combinators.iter().collect();
        otherwise.sort_by_key(|combinator| combinator.id);
        let unknown: BTreeSet<&str> = source
            .lines()
            .filter_map(|line| line.strip_prefix("// unknown: "))
            .collect();
        let _ = writeln!(
            text,
            "    Layer {{\n        number: {layer},\n        otherwise: &["
        );
        let describe = |ty: &Type| describe(ty, &|_| None, &|_| None);
        for combinator in otherwise {
            let _ = writeln!(
                text,
                "            {},",
                entry(combinator, &facts, &describe)?
            );
        }
        let unknown: Vec<_> = unknown.into_iter().collect();
        let _ = writeln!(text, "        ],\n        unknown: &{unknown:?},\n    }},");
    }
    text.push_str("];\n");
    Ok(text)
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
