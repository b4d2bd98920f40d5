//! The Rust of one namespace: structs, enums, methods with their error enums.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use heliogram_tl_schema::{Combinator, Kind, ParamType, Schema, Type};

use super::errors;
use super::facts::Facts;
use super::names::type_name;
use super::shape::{Shapes, field, is_true};

/// Files with more constructors than this are split by the first letter of the type.
const SPLIT_ABOVE: usize = 300;

/// Every namespace of the API, each in a file; the one without a name in several.
pub(super) fn api(
    files: &mut BTreeMap<String, String>,
    schema: &Schema,
    shapes: &Shapes<'_>,
    facts: &Facts,
) -> Result<(), String> {
    let namespaces: BTreeSet<&str> = schema
        .combinators
        .iter()
        .flat_map(|combinator| {
            [
                Some(combinator.name.namespace.as_str()),
                result_namespace(combinator),
            ]
        })
        .flatten()
        .collect();
    let mut root = String::from(
        "//! The whole API: types without a namespace here, the others in modules.\n\n",
    );
    for namespace in &namespaces {
        let parts = Parts::of(schema, shapes, namespace);
        if namespace.is_empty() {
            for (letter, part) in parts.split() {
                let module = format!("types_{letter}");
                let text = emit(&part, "", shapes, facts)?;
                files.insert(format!("api/{module}.rs"), text);
                let _ = writeln!(root, "mod {module};\npub use {module}::*;");
            }
        } else {
            let text = emit(&parts, namespace, shapes, facts)?;
            files.insert(format!("api/{namespace}.rs"), text);
            let _ = writeln!(root, "pub mod {namespace};");
        }
    }
    files.insert("api/mod.rs".to_owned(), root);
    Ok(())
}

/// The types and methods of MTProto itself, in one file.
pub(super) fn mtproto(
    schema: &Schema,
    shapes: &Shapes<'_>,
    facts: &Facts,
) -> Result<String, String> {
    let mut parts = Parts::of(schema, shapes, "");
    let help = Parts::of(schema, shapes, "help");
    parts.structs.extend(help.structs);
    emit(&parts, "", shapes, facts)
        .map(|text| format!("//! The service messages of MTProto.\n\n{text}"))
}

/// What one file holds.
#[derive(Default)]
struct Parts<'a> {
    structs: Vec<&'a Combinator>,
    enums: Vec<(&'a str, &'a [&'a Combinator])>,
    functions: Vec<&'a Combinator>,
}

impl<'a> Parts<'a> {
    fn of(schema: &'a Schema, shapes: &'a Shapes<'a>, namespace: &str) -> Self {
        Self {
            structs: schema
                .constructors()
                .filter(|c| c.name.namespace == namespace && shapes.has_struct(c))
                .collect(),
            enums: shapes
                .types
                .iter()
                .filter(|(name, variants)| {
                    variants.len() > 1 && name.split_once('.').map_or("", |(n, _)| n) == namespace
                })
                .map(|(name, variants)| (name.as_str(), variants.as_slice()))
                .collect(),
            functions: schema
                .functions()
                .filter(|f| f.name.namespace == namespace)
                .collect(),
        }
    }

    /// By the first letter of the Rust name, when there is too much for one file.
    fn split(self) -> BTreeMap<char, Self> {
        if self.structs.len() <= SPLIT_ABOVE {
            return BTreeMap::from([('a', self)]);
        }
        let letter = |name: &str| name.chars().next().unwrap_or('a').to_ascii_lowercase();
        let mut split: BTreeMap<char, Self> = BTreeMap::new();
        for item in self.structs {
            split
                .entry(letter(&item.name.local))
                .or_default()
                .structs
                .push(item);
        }
        for item in self.enums {
            split.entry(letter(item.0)).or_default().enums.push(item);
        }
        for item in self.functions {
            split
                .entry(letter(&item.name.local))
                .or_default()
                .functions
                .push(item);
        }
        split
    }
}

fn result_namespace(combinator: &Combinator) -> Option<&str> {
    match (&combinator.result, combinator.kind) {
        (Type::Named(name), Kind::Constructor) => Some(&name.namespace),
        _ => None,
    }
}

fn emit(
    parts: &Parts<'_>,
    namespace: &str,
    shapes: &Shapes<'_>,
    facts: &Facts,
) -> Result<String, String> {
    let mut text = String::from(
        "#[allow(unused_imports)]\nuse crate::codec::{Combinator, Decode, Encode, Malformed, Reader, Writer, tri};\n#[allow(unused_imports)]\nuse crate::reflect::inspect;\n#[allow(unused_imports)]\nuse super::*;\n\n",
    );
    for item in &parts.structs {
        structure(&mut text, item, namespace, shapes, facts);
    }
    for (name, variants) in &parts.enums {
        enumeration(&mut text, name, variants, namespace, shapes);
    }
    for item in &parts.functions {
        structure(&mut text, item, namespace, shapes, facts);
        method(&mut text, item, namespace, shapes, facts)?;
    }
    Ok(text)
}

fn structure(
    text: &mut String,
    item: &Combinator,
    namespace: &str,
    shapes: &Shapes<'_>,
    facts: &Facts,
) {
    let name = type_name(&item.name.local);
    let full = item.name.to_string();
    if let Some(summary) = facts.summaries.get(&full) {
        let _ = writeln!(text, "/// {summary}\n///");
    }
    let _ = writeln!(text, "/// `{item}`");
    let default = if shapes.has_default(item) {
        ", Default"
    } else {
        ""
    };
    let generics = item
        .variable
        .as_deref()
        .map_or(String::new(), |v| format!("<{v}>"));
    let _ = writeln!(
        text,
        "#[derive(Clone{default})]\npub struct {name}{generics} {{"
    );
    for param in item
        .params
        .iter()
        .filter(|param| param.ty != ParamType::Flags)
    {
        let ty = shapes.field_type(item, &param.name, &param.ty, namespace);
        let _ = writeln!(text, "    pub {}: {ty},", field(&param.name));
    }
    text.push_str("}\n");
    match &item.variable {
        Some(variable) => {
            let _ = writeln!(text, "inspect!({name}, {variable});");
            let _ = writeln!(
                text,
                "impl<{variable}: crate::Encode + crate::Decode> Combinator for {name}<{variable}> {{"
            );
        }
        None => {
            let _ = writeln!(text, "inspect!({name});\nimpl Combinator for {name} {{");
        }
    }
    let _ = writeln!(
        text,
        "    const ID: u32 = 0x{:08x};\n    const NAME: &'static str = \"{full}\";",
        item.id
    );
    // A method is called or served in few places: it is compiled there, not here.
    let lazy = if item.kind == Kind::Function {
        "    #[inline]\n"
    } else {
        ""
    };
    text.push_str(lazy);
    encode_bare(text, item, shapes, namespace);
    text.push_str(lazy);
    decode_bare(text, item, shapes, namespace);
    text.push_str("}\n\n");
}

fn encode_bare(text: &mut String, item: &Combinator, shapes: &Shapes<'_>, namespace: &str) {
    if item.params.is_empty() {
        text.push_str("    fn encode_bare(&self, _: &mut Writer) {}\n");
        return;
    }
    text.push_str("    fn encode_bare(&self, out: &mut Writer) {\n");
    for param in &item.params {
        let name = field(&param.name);
        match &param.ty {
            ParamType::Flags => flag_word(text, item, &param.name),
            ParamType::Required(ty) => {
                let _ = match bare_vector(ty) {
                    Some(of_bare) => writeln!(
                        text,
                        "        out.{}(&self.{name});",
                        bare_vector_call(of_bare)
                    ),
                    None => {
                        let rust = shapes.field_type(item, &param.name, &param.ty, namespace);
                        let call = match rust.as_str() {
                            "i32" => format!("out.int(self.{name})"),
                            "i64" => format!("out.long(self.{name})"),
                            "String" => format!("out.string(&self.{name})"),
                            _ => format!("Encode::encode(&self.{name}, out)"),
                        };
                        writeln!(text, "        {call};")
                    }
                };
            }
            ParamType::Conditional { ty, .. } if is_true(ty) => {}
            ParamType::Conditional { ty, .. } => {
                let value = if shapes.boxed_optional(ty) {
                    "&**value"
                } else {
                    "value"
                };
                let _ = writeln!(
                    text,
                    "        if let Some(value) = &self.{name} {{ Encode::encode({value}, out); }}"
                );
            }
        }
    }
    text.push_str("    }\n");
}

/// Writes a flag word, and notes when optionals that share a bit are not all set.
fn flag_word(text: &mut String, item: &Combinator, word: &str) {
    let mut bits: BTreeMap<u8, Vec<(String, bool)>> = BTreeMap::new();
    for param in &item.params {
        if let ParamType::Conditional { flags, bit, ty } = &param.ty
            && flags == word
        {
            bits.entry(*bit)
                .or_default()
                .push((field(&param.name), is_true(ty)));
        }
    }
    let present = |(name, flag): &(String, bool)| {
        if *flag {
            format!("self.{name}")
        } else {
            format!("self.{name}.is_some()")
        }
    };
    for sharing in bits.values() {
        let optionals: Vec<_> = sharing.iter().filter(|(_, flag)| !flag).collect();
        if sharing.len() > 1 && !optionals.is_empty() {
            let any: Vec<_> = sharing.iter().map(present).collect();
            let all: Vec<_> = optionals.iter().map(|one| present(one)).collect();
            let names: Vec<_> = sharing.iter().map(|(name, _)| name.as_str()).collect();
            let _ = writeln!(
                text,
                "        if ({}) && !({}) {{ out.incomplete(\"{}\", \"{}\"); }}",
                any.join(" || "),
                all.join(" && "),
                item.name,
                names.join(", ")
            );
        }
    }
    let words: Vec<String> = bits
        .iter()
        .map(|(bit, sharing)| {
            let any: Vec<_> = sharing.iter().map(present).collect();
            format!("(({}) as u32) << {bit}", any.join(" || "))
        })
        .collect();
    let word = if words.is_empty() {
        "0".to_owned()
    } else {
        words.join(" | ")
    };
    let _ = writeln!(text, "        out.word({word});");
}

/// Each field is read into a variable: where it stands in the struct, every `return` would
/// hold its own copy of the code that drops the fields before it.
fn decode_bare(text: &mut String, item: &Combinator, shapes: &Shapes<'_>, namespace: &str) {
    if item.params.is_empty() {
        text.push_str(
            "    fn decode_bare(_: &mut Reader<'_>) -> Result<Self, Malformed> { Ok(Self {}) }\n",
        );
        return;
    }
    text.push_str("    fn decode_bare(input: &mut Reader<'_>) -> Result<Self, Malformed> {\n");
    let mut fields = Vec::new();
    for param in &item.params {
        let name = field(&param.name);
        if param.ty == ParamType::Flags {
            let used = item.params.iter().any(|other| {
                matches!(&other.ty, ParamType::Conditional { flags, .. } if *flags == param.name)
            });
            let unused = if used { "" } else { "_" };
            let _ = writeln!(text, "        let {unused}{name} = tri!(input.word());");
        } else {
            let rust = shapes.field_type(item, &param.name, &param.ty, namespace);
            let _ = writeln!(
                text,
                "        let {name}{};",
                reading(&param.ty, &rust, shapes)
            );
            fields.push(name);
        }
    }
    let _ = writeln!(text, "        Ok(Self {{ {} }})\n    }}", fields.join(", "));
}

/// What stands behind the name of a field's variable. The type is told wherever the call
/// does not tell it: inference of many unknown types at a time is slow.
fn reading(ty: &ParamType, rust: &str, shapes: &Shapes<'_>) -> String {
    match ty {
        ParamType::Flags => unreachable!("a flag word is no field"),
        ParamType::Required(ty) => match (bare_vector(ty), rust) {
            (Some(of_bare), _) => {
                format!(": {rust} = tri!(input.{}())", bare_vector_call(of_bare))
            }
            (None, "i32") => " = tri!(input.int())".to_owned(),
            (None, "i64") => " = tri!(input.long())".to_owned(),
            (None, "String") => " = tri!(input.string())".to_owned(),
            (None, "bytes::Bytes") => " = tri!(input.bytes())".to_owned(),
            (None, _) => format!(": {rust} = tri!(Decode::decode(input))"),
        },
        ParamType::Conditional { flags, bit, ty } if is_true(ty) => {
            format!(" = {flags} & (1 << {bit}) != 0")
        }
        ParamType::Conditional { flags, bit, ty } => {
            let boxed = if shapes.boxed_optional(ty) {
                "_boxed"
            } else {
                ""
            };
            format!(": {rust} = tri!(input.optional{boxed}({flags}, {bit}))")
        }
    }
}

/// For a bare vector: whether its elements are bare too.
fn bare_vector(ty: &Type) -> Option<bool> {
    match ty {
        Type::Vector {
            bare: true,
            element,
        } => Some(match &**element {
            Type::Named(name) => name.local.starts_with(char::is_lowercase),
            _ => false,
        }),
        _ => None,
    }
}

fn bare_vector_call(of_bare: bool) -> &'static str {
    if of_bare {
        "bare_vector_of_bare"
    } else {
        "bare_vector"
    }
}

fn enumeration(
    text: &mut String,
    name: &str,
    variants: &[&Combinator],
    namespace: &str,
    shapes: &Shapes<'_>,
) {
    let local = name.rsplit('.').next().unwrap_or(name);
    let rust = format!("Type{}", type_name(local));
    let path = |variant: &Combinator| shapes.path_of(variant, namespace);
    let units = variants.iter().all(|variant| variant.params.is_empty());
    let copy = if units { ", Copy" } else { "" };
    let _ = writeln!(
        text,
        "/// The type `{name}`, which has {} constructors.\n#[derive(Clone{copy})]\n#[non_exhaustive]\npub enum {rust} {{",
        variants.len()
    );
    let mut encode = String::new();
    let mut decode = String::new();
    for variant in variants {
        let own = type_name(&variant.name.local);
        let path = path(variant);
        if !shapes.has_struct(variant) {
            let _ = writeln!(text, "    /// `{variant}`\n    {own},");
            let _ = writeln!(
                encode,
                "            Self::{own} => out.id(0x{:08x}),",
                variant.id
            );
            let _ = writeln!(decode, "            0x{:08x} => Self::{own},", variant.id);
            continue;
        }
        let (payload, value, read) = if shapes.boxed_payload(variant) {
            (format!("Box<{path}>"), "&**value", "input.boxed()")
        } else {
            (path.clone(), "value", "Combinator::decode_bare(input)")
        };
        let _ = writeln!(text, "    /// `{}`\n    {own}({payload}),", variant.name);
        let _ = writeln!(
            encode,
            "            Self::{own}(value) => Encode::encode({value}, out),"
        );
        let _ = writeln!(
            decode,
            "            0x{:08x} => Self::{own}(tri!({read})),",
            variant.id
        );
    }
    let _ = writeln!(text, "}}\ninspect!({rust});");
    let _ = writeln!(
        text,
        "impl Encode for {rust} {{\n    fn encode(&self, out: &mut Writer) {{\n        match self {{\n{encode}        }}\n    }}\n}}"
    );
    let _ = writeln!(
        text,
        "impl Decode for {rust} {{\n    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {{\n        tri!(input.descend());\n        let value = match tri!(input.word()) {{\n{decode}            id => return Err(input.unexpected(id)),\n        }};\n        input.ascend();\n        Ok(value)\n    }}\n}}"
    );
    for variant in variants.iter().filter(|variant| shapes.has_struct(variant)) {
        let own = type_name(&variant.name.local);
        let value = if shapes.boxed_payload(variant) {
            "Box::new(value)"
        } else {
            "value"
        };
        let path = path(variant);
        let _ = writeln!(
            text,
            "impl From<{path}> for {rust} {{ #[inline] fn from(value: {path}) -> Self {{ Self::{own}({value}) }} }}"
        );
    }
    text.push('\n');
}

fn method(
    text: &mut String,
    item: &Combinator,
    namespace: &str,
    shapes: &Shapes<'_>,
    facts: &Facts,
) -> Result<(), String> {
    let name = type_name(&item.name.local);
    let full = item.name.to_string();
    let method = facts.methods.get(&full);
    let error = match facts.own_errors(&full) {
        Some(own) => {
            let error = format!("{name}Error");
            errors::enumeration(
                text,
                &error,
                &format!("The errors documented for [`{name}`]."),
                &own,
                facts,
            );
            error
        }
        None => "crate::errors::Undocumented".to_owned(),
    };
    let (generics, path, response, error) = match &item.variable {
        Some(variable) => (
            format!("<{variable}: crate::Method>"),
            format!("{name}<{variable}>"),
            format!("{variable}::Response"),
            format!("{variable}::Error"),
        ),
        None => (
            String::new(),
            name,
            shapes.rust_type(&item.result, namespace),
            error,
        ),
    };
    let _ = writeln!(
        text,
        "impl{generics} crate::Method for {path} {{\n    type Response = {response};\n    type Error = {error};\n    const USERS: crate::Availability = {};\n    const BOTS: crate::Availability = {};\n}}\n",
        availability(method.map(|method| method.users.as_str()))?,
        availability(method.map(|method| method.bots.as_str()))?,
    );
    Ok(())
}

/// The Rust of `yes`, `no` or `unknown`.
pub(super) fn availability(word: Option<&str>) -> Result<&'static str, String> {
    match word {
        Some("yes") => Ok("crate::Availability::Yes"),
        Some("no") => Ok("crate::Availability::No"),
        None | Some("unknown") => Ok("crate::Availability::Unknown"),
        Some(other) => Err(format!("`{other}` is no availability")),
    }
}
