//! Any object, by the schema's tables: for code that does not know the type at compile time.
//!
//! [`Value`] is a TL value as a tree. One walk over the tables reads it, writes it, prints
//! it, turns it to JSON and back, and finds the path of a field that cannot be read. The
//! generated types use the same walk for `Debug` and equality, by way of their bytes:
//! what is multiplied by 2,500 types has to be small.

mod debug;
mod json;
mod layers;
mod least;
mod locate;
mod part;
mod random;
pub mod spelling;
mod tables;
mod value;
mod walk;

pub(crate) use debug::{debug, inspect, same};
pub use json::{JsonError, from_json, to_json, value_from_json, value_to_json};
pub use layers::{
    FALLBACKS, Fallback, Fate, Instead, LOST, Layer, LayerError, Lost, answer_to_layer,
    check_in_layer, fates, from_layer, known_layers, losses, to_layer,
};
pub use least::least;
pub(crate) use locate::locate;
pub use part::{Patch, Pattern, Unfit};
pub use random::{random, random_object};
pub use tables::{
    Combinator, Field, Method, Type, TypeInfo, by_id, by_name, combinators, method, method_by_id,
    methods, place_of, types,
};
pub use value::{Object, Value};
