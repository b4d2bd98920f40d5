//! Which Rust type stands for which TL type, and what is boxed.
//!
//! What moves must stay small: an enum's payload above three words is boxed, and so is
//! an optional composite above two. Sizes are computed as Rust lays structs out.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use heliogram_tl_schema::{Combinator, Kind, Name, ParamType, Schema, Type};

use super::names::{field_name, type_name};

const BOX_PAYLOAD_ABOVE: usize = 24;
const BOX_OPTIONAL_ABOVE: usize = 16;
/// The largest an enum can be: payloads of at most three words, and a tag.
const ENUM_AT_MOST: usize = 32;

/// The shapes of one schema.
pub(super) struct Shapes<'a> {
    /// The constructors of each type, by the type's name.
    pub(super) types: BTreeMap<String, Vec<&'a Combinator>>,
    bare: HashMap<&'a str, &'a Combinator>,
    sizes: RefCell<HashMap<String, Option<usize>>>,
}

impl<'a> Shapes<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        let mut types: BTreeMap<String, Vec<&Combinator>> = BTreeMap::new();
        for constructor in schema.constructors() {
            types
                .entry(constructor.result.to_string())
                .or_default()
                .push(constructor);
        }
        Self {
            types,
            bare: schema
                .constructors()
                .map(|constructor| (constructor.name.local.as_str(), constructor))
                .collect(),
            sizes: RefCell::default(),
        }
    }

    /// Whether a constructor has a struct: it has fields, or its type has no other.
    pub(super) fn has_struct(&self, constructor: &Combinator) -> bool {
        !constructor.params.is_empty() || self.types[&constructor.result.to_string()].len() == 1
    }

    /// The path of a type from `root` (`super::` from inside a namespace, or nothing).
    pub(super) fn path(&self, name: &Name, from: &str) -> String {
        let key = name.to_string();
        let (name, prefix) = match self.types.get(&key).map(Vec::as_slice) {
            Some([only]) => (&only.name, ""),
            Some(_) => (name, "Type"),
            None => (&self.bare[name.local.as_str()].name, ""),
        };
        qualified(
            &name.namespace,
            &format!("{prefix}{}", type_name(&name.local)),
            from,
        )
    }

    /// The path of a combinator's struct.
    pub(super) fn path_of(&self, item: &Combinator, from: &str) -> String {
        qualified(&item.name.namespace, &type_name(&item.name.local), from)
    }

    /// The Rust type of a TL type, unboxed.
    pub(super) fn rust_type(&self, ty: &Type, from: &str) -> String {
        match ty {
            Type::Variable(variable) => variable.clone(),
            Type::Vector { element, .. } => format!("Vec<{}>", self.rust_type(element, from)),
            Type::Named(name) => match builtin(name) {
                Some((rust, _, _)) => rust.to_owned(),
                None => self.path(name, from),
            },
        }
    }

    /// The Rust type of a parameter as a field of its struct.
    pub(super) fn field_type(
        &self,
        owner: &Combinator,
        name: &str,
        ty: &ParamType,
        from: &str,
    ) -> String {
        let rust = |ty: &Type| match newtype(owner, name, ty) {
            Some(newtype) => match ty {
                Type::Vector { .. } => format!("Vec<{newtype}>"),
                _ => newtype.to_owned(),
            },
            None => self.rust_type(ty, from),
        };
        match ty {
            ParamType::Flags => unreachable!("a flag word is no field"),
            ParamType::Required(ty) => rust(ty),
            ParamType::Conditional { ty, .. } if is_true(ty) => "bool".to_owned(),
            ParamType::Conditional { ty, .. } if self.boxed_optional(ty) => {
                format!("Option<Box<{}>>", rust(ty))
            }
            ParamType::Conditional { ty, .. } => format!("Option<{}>", rust(ty)),
        }
    }

    /// Whether a variant's payload stands in a box.
    pub(super) fn boxed_payload(&self, constructor: &Combinator) -> bool {
        self.struct_size(constructor) > BOX_PAYLOAD_ABOVE
    }

    /// Whether every required field has a default.
    pub(super) fn has_default(&self, combinator: &Combinator) -> bool {
        combinator.params.iter().all(|param| match &param.ty {
            ParamType::Flags | ParamType::Conditional { .. } => true,
            ParamType::Required(Type::Vector { .. }) => true,
            ParamType::Required(Type::Variable(_)) => false,
            ParamType::Required(Type::Named(name)) => {
                builtin(name).is_some()
                    || match self.types.get(&name.to_string()).map(Vec::as_slice) {
                        Some([only]) => self.has_default(only),
                        _ => false,
                    }
            }
        })
    }

    /// Whether an optional of this type stands in a box.
    pub(super) fn boxed_optional(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(name) if builtin(name).is_none() => self.size(ty) > BOX_OPTIONAL_ABOVE,
            _ => false,
        }
    }

    fn size(&self, ty: &Type) -> usize {
        match ty {
            Type::Variable(_) => usize::MAX,
            Type::Vector { .. } => 24,
            Type::Named(name) => match builtin(name) {
                Some((_, size, _)) => size,
                None => match self.types.get(&name.to_string()).map(Vec::as_slice) {
                    Some([only]) => self.struct_size(only),
                    Some(variants) => self.enum_size(variants),
                    None => self.struct_size(self.bare[name.local.as_str()]),
                },
            },
        }
    }

    fn enum_size(&self, variants: &[&Combinator]) -> usize {
        if variants.iter().all(|variant| variant.params.is_empty()) {
            return 1;
        }
        let key = variants[0].result.to_string();
        self.remembered(&key, || {
            let payloads = variants.iter().map(|variant| {
                let size = self.struct_size(variant);
                if size > BOX_PAYLOAD_ABOVE { 8 } else { size }
            });
            (payloads.max().unwrap_or(0) + 8).next_multiple_of(8)
        })
    }

    fn struct_size(&self, combinator: &Combinator) -> usize {
        self.remembered(
            &format!("{:?} {}", combinator.kind, combinator.name),
            || {
                let sizes = combinator.params.iter().map(|param| match &param.ty {
                    ParamType::Flags => 0,
                    ParamType::Required(ty) => self.size(ty),
                    ParamType::Conditional { ty, .. } if is_true(ty) => 1,
                    ParamType::Conditional { ty, .. } if self.boxed_optional(ty) => 8,
                    ParamType::Conditional { ty, .. } => self.optional_size(ty),
                });
                let total: usize = sizes.sum();
                if total > 4 {
                    total.next_multiple_of(8)
                } else {
                    total
                }
            },
        )
    }

    fn optional_size(&self, ty: &Type) -> usize {
        match ty {
            Type::Named(name) => match builtin(name) {
                Some((_, size, niche)) => size + niche,
                None => self.size(ty),
            },
            _ => self.size(ty),
        }
    }

    /// A size, computed once; a type that contains itself is taken to be as large as can be.
    fn remembered(&self, key: &str, compute: impl FnOnce() -> usize) -> usize {
        if let Some(size) = self.sizes.borrow().get(key) {
            return size.unwrap_or(ENUM_AT_MOST);
        }
        self.sizes.borrow_mut().insert(key.to_owned(), None);
        let size = compute();
        self.sizes.borrow_mut().insert(key.to_owned(), Some(size));
        size
    }
}

fn qualified(namespace: &str, local: &str, from: &str) -> String {
    match (namespace, from) {
        (namespace, from) if namespace == from => local.to_owned(),
        ("", _) => format!("super::{local}"),
        (namespace, "") => format!("{namespace}::{local}"),
        (namespace, _) => format!("super::{namespace}::{local}"),
    }
}

/// `flags.N?true`: nothing but the bit.
pub(super) fn is_true(ty: &Type) -> bool {
    matches!(ty, Type::Named(name) if name.local == "true" && name.namespace.is_empty())
}

/// The name of a struct's field for a parameter.
pub(super) fn field(name: &str) -> String {
    field_name(name)
}

/// Rust type, size in bytes, and bytes more when it is optional.
fn builtin(name: &Name) -> Option<(&'static str, usize, usize)> {
    if !name.namespace.is_empty() {
        return None;
    }
    Some(match name.local.as_str() {
        "int" => ("i32", 4, 4),
        "long" => ("i64", 8, 8),
        "double" => ("f64", 8, 8),
        "int128" => ("crate::Int128", 16, 1),
        "int256" => ("crate::Int256", 32, 1),
        "string" => ("String", 24, 0),
        "bytes" => ("bytes::Bytes", 32, 0),
        "Bool" | "true" => ("bool", 1, 0),
        _ => return None,
    })
}

/// The newtype of a 64-bit id, when it is one of those that must not be mixed.
fn newtype(owner: &Combinator, name: &str, ty: &Type) -> Option<&'static str> {
    let element = match ty {
        Type::Vector { element, .. } => element,
        ty => ty,
    };
    if element.to_string() != "long" {
        return None;
    }
    let constructor = owner.name.to_string();
    match (owner.kind, constructor.as_str(), name) {
        (_, _, "user_id") => Some("crate::UserId"),
        (_, _, "chat_id") => Some("crate::ChatId"),
        (_, _, "channel_id") => Some("crate::ChannelId"),
        (_, _, "access_hash") => Some("crate::AccessHash"),
        (Kind::Constructor, "user" | "userEmpty" | "userFull", "id") => Some("crate::UserId"),
        (Kind::Constructor, "chat" | "chatEmpty" | "chatForbidden" | "chatFull", "id") => {
            Some("crate::ChatId")
        }
        (Kind::Constructor, "channel" | "channelForbidden" | "channelFull", "id") => {
            Some("crate::ChannelId")
        }
        _ => None,
    }
}
