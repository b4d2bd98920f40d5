//! The model of a schema: what the generator and the layer differences work on.

use std::fmt;

/// A parsed schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The number in a `// LAYER n` comment, when the text has one.
    pub layer: Option<i32>,
    /// Constructors and functions in the order of the text.
    pub combinators: Vec<Combinator>,
}

impl Schema {
    /// The constructors, in the order of the text.
    pub fn constructors(&self) -> impl Iterator<Item = &Combinator> {
        self.combinators
            .iter()
            .filter(|combinator| combinator.kind == Kind::Constructor)
    }

    /// The functions, in the order of the text.
    pub fn functions(&self) -> impl Iterator<Item = &Combinator> {
        self.combinators
            .iter()
            .filter(|combinator| combinator.kind == Kind::Function)
    }
}

/// A constructor or a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combinator {
    /// `account.sendConfirmPhoneCode`.
    pub name: Name,
    /// The 32-bit id that stands before the fields on the wire.
    pub id: u32,
    /// Constructor or function.
    pub kind: Kind,
    /// The type variable of a wrapper: `X` in `{X:Type}`.
    pub variable: Option<String>,
    /// The parameters in wire order, flag words included.
    pub params: Vec<Param>,
    /// The type after the `=`.
    pub result: Type,
}

/// Which of the two kinds of combinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Makes a value.
    Constructor,
    /// Asks for one.
    Function,
}

/// A name with its optional namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// `auth` in `auth.sentCode`; empty for names without one.
    pub namespace: String,
    /// `sentCode` in `auth.sentCode`.
    pub local: String,
}

impl Name {
    /// Splits `auth.sentCode` at its dot.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (namespace, local) = text.split_once('.').unwrap_or(("", text));
        Self {
            namespace: namespace.to_owned(),
            local: local.to_owned(),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}.", self.namespace)?;
        }
        f.write_str(&self.local)
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name as the schema spells it.
    pub name: String,
    /// What stands on the wire for it.
    pub ty: ParamType,
}

/// What a parameter is on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// `flags:#`, a word of 32 bits.
    Flags,
    /// Always there.
    Required(Type),
    /// There when a bit of an earlier flag word is set.
    Conditional {
        /// The name of the flag word.
        flags: String,
        /// The bit, 0 to 31.
        bit: u8,
        /// What stands there; `true` stands for nothing but the bit.
        ty: Type,
    },
}

impl ParamType {
    /// The type, whether or not the parameter is conditional; none for a flag word.
    #[must_use]
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Flags => None,
            Self::Required(ty) | Self::Conditional { ty, .. } => Some(ty),
        }
    }
}

/// The type of a parameter or result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `!X` as a parameter, `X` as a result: any object.
    Variable(String),
    /// `Vector<T>` (boxed, with an id) or `vector<T>` (bare, count and elements only).
    Vector {
        /// True for lower-case `vector`.
        bare: bool,
        /// What the elements are.
        element: Box<Type>,
    },
    /// Any other: `int`, `CodeSettings`, `future_salt`. Lower case means bare.
    Named(Name),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "!{name}"),
            Self::Vector { bare, element } => {
                write!(f, "{}<{element}>", if *bare { "vector" } else { "Vector" })
            }
            Self::Named(name) => name.fmt(f),
        }
    }
}

impl fmt::Display for Combinator {
    /// The line of the schema, without the closing semicolon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{:08x}", self.name, self.id)?;
        if let Some(variable) = &self.variable {
            write!(f, " {{{variable}:Type}}")?;
        }
        for param in &self.params {
            write!(f, " {}:", param.name)?;
            match &param.ty {
                ParamType::Flags => f.write_str("#")?,
                ParamType::Required(ty) => ty.fmt(f)?,
                ParamType::Conditional { flags, bit, ty } => write!(f, "{flags}.{bit}?{ty}")?,
            }
        }
        match &self.result {
            Type::Variable(name) => write!(f, " = {name}"),
            ty => write!(f, " = {ty}"),
        }
    }
}
