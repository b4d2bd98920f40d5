//! `Api` in TypeScript: the declarations of the npm package, in GramJS's spelling.
//!
//! The classes themselves are made at run time from the tables of `crates/tl`; what stands here says the same to a
//! compiler. `bindings/node/narrowed.tsv` names the methods whose answer is declared as one constructor of its type.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use heliogram_tl_schema::{Combinator, Kind, Name, ParamType, Schema, Type};

use super::error_names;
use super::facts::{Facts, columns, lines};
use crate::repository;

pub(super) const DECLARATIONS: &str = "bindings/node/ts/tl/api.d.ts";
pub(super) const NARROWED: &str = "bindings/node/ts/tl/narrowed.ts";

/// The text of the files.
pub(super) fn files(
    api: &Schema,
    mtproto: &Schema,
    facts: &Facts,
) -> Result<Vec<(&'static str, String)>, String> {
    let narrowed = narrowed(api)?;
    let declarations = Declarations {
        types: types(&[api, mtproto]),
        narrowed: &narrowed,
        facts,
    };
    Ok(vec![
        (DECLARATIONS, declarations.text(&[api, mtproto])),
        (NARROWED, narrowed_table(&narrowed)),
        (
            error_names::FILE,
            error_names::text(facts, |method| spelled(&Name::new(method))),
        ),
    ])
}

struct Declarations<'a> {
    /// The constructors of each type.
    types: BTreeMap<&'a Name, Vec<&'a Name>>,
    narrowed: &'a HashMap<String, String>,
    facts: &'a Facts,
}

impl Declarations<'_> {
    fn text(&self, schemas: &[&Schema]) -> String {
        let mut spaces: BTreeMap<&str, String> = BTreeMap::new();
        for schema in schemas {
            for combinator in &schema.combinators {
                let space = spaces.entry(&combinator.name.namespace).or_default();
                self.class(space, combinator);
            }
        }
        for (name, constructors) in &self.types {
            let names: Vec<String> = constructors.iter().map(|name| path(name)).collect();
            let space = spaces.entry(&name.namespace).or_default();
            let _ = writeln!(
                space,
                "export type {} = {};",
                type_name(name),
                names.join(" | ")
            );
        }
        let mut text = HEAD.to_owned();
        for (space, classes) in spaces {
            if space.is_empty() {
                text += &classes;
            } else {
                let _ = write!(text, "export namespace {space} {{\n{classes}}}\n");
            }
        }
        text += "}\n";
        text
    }

    fn class(&self, out: &mut String, combinator: &Combinator) {
        let name = combinator.name.to_string();
        let function = combinator.kind == Kind::Function;
        let short = class_name(&combinator.name.local);
        let mut arguments = String::new();
        let mut fields = String::new();
        for param in &combinator.params {
            let field = field_name(&param.name);
            let Some(ty) = param.ty.ty() else { continue };
            let optional = matches!(param.ty, ParamType::Conditional { .. });
            let inferred = param.name == "random_id";
            let mark = |optional| if optional { "?" } else { "" };
            let _ = write!(
                arguments,
                "{field}{}: {}; ",
                mark(optional || inferred),
                self.argument(ty, function)
            );
            let _ = write!(
                fields,
                "{field}{}: {}; ",
                mark(optional),
                self.field(ty, function)
            );
        }
        let arguments = if arguments.is_empty() {
            "void".to_owned()
        } else {
            format!("{{ {}}}", arguments)
        };
        self.comment(out, &name);
        let (base, kind) = if function {
            let response = self.response(combinator, &name);
            (format!("Request<{arguments}, {response}>"), "request")
        } else {
            (format!("VirtualClass<{arguments}>"), "constructor")
        };
        let _ = writeln!(
            out,
            "export class {short} extends {base} {{ CONSTRUCTOR_ID: {id}; className: \"{class}\"; classType: \"{kind}\"; static fromReader(reader: Reader): {short}; {fields}}}",
            id = combinator.id,
            class = spelled(&combinator.name),
        );
        if name == "message" || name == "messageService" {
            let _ = writeln!(out, "export interface {short} extends CustomMessage {{}}");
        }
    }

    /// Our own words on the method, when there are any, and the errors that are documented for it.
    fn comment(&self, out: &mut String, name: &str) {
        let mut lines: Vec<String> = self
            .facts
            .summaries
            .get(name)
            .cloned()
            .into_iter()
            .collect();
        if let Some(facts) = self.facts.methods.get(name) {
            let own = facts
                .errors
                .iter()
                .filter(|(error, _)| !self.facts.any.contains(error));
            let errors: Vec<String> = own.map(|(error, code)| format!("{code} {error}")).collect();
            if !errors.is_empty() {
                lines.push(format!("Errors: {}.", errors.join(", ")));
            }
        }
        if !lines.is_empty() {
            let _ = writeln!(out, "/** {} */", lines.join(" ").replace("*/", "* /"));
        }
    }

    fn response(&self, combinator: &Combinator, name: &str) -> String {
        match self.narrowed.get(name) {
            Some(constructor) => path(&Name::new(constructor)),
            None => self.value(&combinator.result),
        }
    }

    /// What a field holds.
    fn field(&self, ty: &Type, function: bool) -> String {
        match ty {
            Type::Named(name) if function => {
                castable(name).map_or_else(|| self.value(ty), Into::into)
            }
            Type::Vector { element, .. } if function => {
                format!("{}[]", grouped(&self.field(element, function)))
            }
            _ => self.value(ty),
        }
    }

    /// What may be given for a field.
    fn argument(&self, ty: &Type, function: bool) -> String {
        match ty {
            Type::Vector { element, .. } => {
                format!("{}[]", grouped(&self.argument(element, function)))
            }
            Type::Named(name) => match name.to_string().as_str() {
                "long" => "LongLike".to_owned(),
                "int128" | "int256" => "LargeLike".to_owned(),
                "bytes" => "BytesLike".to_owned(),
                _ => match castable(name).filter(|_| function) {
                    Some(cast) => cast.to_owned(),
                    None => self.value(ty),
                },
            },
            Type::Variable(_) => self.value(ty),
        }
    }

    /// What is read.
    fn value(&self, ty: &Type) -> String {
        match ty {
            Type::Variable(_) => "any".to_owned(),
            Type::Vector { element, .. } => format!("{}[]", grouped(&self.value(element))),
            Type::Named(name) => match name.to_string().as_str() {
                "int" | "double" | "long" | "int128" | "int256" | "string" | "bytes" | "Bool" => {
                    name.to_string()
                }
                "true" => "boolean".to_owned(),
                "Object" => "any".to_owned(),
                _ if self.types.contains_key(name) => {
                    let local = type_name(name);
                    match name.namespace.as_str() {
                        "" => format!("Api.{local}"),
                        space => format!("Api.{space}.{local}"),
                    }
                }
                _ => path(name),
            },
        }
    }
}

/// The parameters of methods for which the client finds the peer by itself.
fn castable(name: &Name) -> Option<&'static str> {
    if !name.namespace.is_empty() {
        return None;
    }
    Some(match name.local.as_str() {
        "InputPeer" | "InputUser" | "InputChannel" => "EntityLike",
        "InputMessage" => "MessageIDLike",
        _ => return None,
    })
}

fn types<'a>(schemas: &[&'a Schema]) -> BTreeMap<&'a Name, Vec<&'a Name>> {
    let mut types: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
    for schema in schemas {
        for constructor in schema.constructors() {
            if let Type::Named(name) = &constructor.result {
                types.entry(name).or_default().push(&constructor.name);
            }
        }
    }
    types
}

/// `method -> constructor`, each held against the schema.
fn narrowed(api: &Schema) -> Result<HashMap<String, String>, String> {
    const LIST: &str = "bindings/node/narrowed.tsv";
    let text = repository::read(LIST)?;
    let mut narrowed = HashMap::new();
    for line in lines(&text) {
        let [method, constructor, _] = columns(line)?;
        let result = |name: &str| {
            let mut all = api.combinators.iter();
            all.find(|combinator| combinator.name.to_string() == name)
                .map(|combinator| &combinator.result)
                .ok_or_else(|| format!("{LIST}: {name} is not in the schema"))
        };
        if result(method)? != result(constructor)? {
            return Err(format!("{LIST}: {method} does not answer {constructor}"));
        }
        narrowed.insert(method.to_owned(), constructor.to_owned());
    }
    Ok(narrowed)
}

fn narrowed_table(narrowed: &HashMap<String, String>) -> String {
    let mut text = "/** The one constructor that each of these methods answers; another is an error. */\nexport const NARROWED: Readonly<Record<string, string>> = {\n".to_owned();
    let sorted: BTreeMap<_, _> = narrowed.iter().collect();
    for (method, constructor) in sorted {
        let (method, constructor) = (Name::new(method), Name::new(constructor));
        let _ = writeln!(
            text,
            "  \"{}\": \"{}\",",
            spelled(&method),
            spelled(&constructor)
        );
    }
    text + "};\n"
}

/// `auth.sentCode` as `auth.SentCode`.
fn spelled(name: &Name) -> String {
    let local = class_name(&name.local);
    match name.namespace.as_str() {
        "" => local,
        space => format!("{space}.{local}"),
    }
}

fn path(name: &Name) -> String {
    format!("Api.{}", spelled(name))
}

fn type_name(name: &Name) -> String {
    format!("Type{}", class_name(&name.local))
}

fn grouped(ty: &str) -> String {
    if ty.contains('|') {
        format!("({ty})")
    } else {
        ty.to_owned()
    }
}

/// `sent_code` as `SentCode`. The addon spells them alike (`bindings/node/src/tl/names.rs`), and a test of the package compares.
fn class_name(local: &str) -> String {
    let camel = field_name(&format!("_{local}"));
    camel.replace('_', "")
}

/// `phone_code_hash` as `phoneCodeHash`.
fn field_name(name: &str) -> String {
    let mut camel = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '_' && next.is_ascii_lowercase() => {
                camel.push(next.to_ascii_uppercase());
                letters.next();
            }
            _ => camel.push(letter),
        }
    }
    camel
}

const HEAD: &str = r#"import type { BigInteger } from "big-integer";
import type { EntityLike, MessageIDLike } from "../define";
import type { CustomMessage } from "./custom/message";
import type { BinaryReader } from "../extensions/BinaryReader";

/** The schema of the newest layer: constructors and methods as classes, types as unions (`Api.auth.TypeSentCode`). */
export declare namespace Api {
type Reader = BinaryReader | Uint8Array;
type Bool = boolean;
type int = number;
type double = number;
type long = BigInteger;
type int128 = BigInteger;
type int256 = BigInteger;
type bytes = Buffer;
/** What a `long` may be given as; digits in a string too. */
type LongLike = BigInteger | bigint | number | string;
/** What 128 and 256 bits may be given as. */
type LargeLike = BigInteger | bigint | number | Uint8Array;
/** What bytes may be given as; a string is written in UTF-8. */
type BytesLike = Uint8Array | string;
/** What all classes have. */
class VirtualClass<Args> {
  static CONSTRUCTOR_ID: number;
  static SUBCLASS_OF_ID: number;
  static className: string;
  static classType: "constructor" | "request";
  constructor(args: Args);
  CONSTRUCTOR_ID: number;
  SUBCLASS_OF_ID: number;
  className: string;
  classType: "constructor" | "request";
  readonly originalArgs: Args;
  /** The TL bytes, id first. Throws when a field is missing or of the wrong type, and names it. */
  getBytes(): Buffer;
  toJSON(): Args;
}
/** A method with its arguments. */
class Request<Args, Response> extends VirtualClass<Args> {
  readResult(reader: Reader): Response;
  /** What it answers; only for the compiler. */
  __response: Response;
}
/** Any method. */
type AnyRequest = Request<any, any>;
"#;
