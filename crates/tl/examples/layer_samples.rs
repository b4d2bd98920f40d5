//! Prints values of every constructor that an older layer has otherwise, in that layer, for decoders that others wrote:
//! `cargo run -p heliogram-tl --example layer_samples -- 198`. A line is a name and the bytes in hex.
//! `interop/layers_check.py` gives them to libraries of that layer.

use std::io::{BufWriter, Write as _};

use bytes::Bytes;
use heliogram_tl::Encode as _;
use heliogram_tl::reflect::{self, Type};

/// Random values of each constructor, the same in every run.
const EACH: u64 = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer: i32 = std::env::args().nth(1).ok_or("which layer?")?.parse()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let constructors = reflect::combinators().iter().filter(|one| !one.function);
    for (at, constructor) in constructors.enumerate() {
        for round in 0..EACH {
            let mut state = at as u64 * EACH + round + 1;
            let mut dice = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state
            };
            let newest = Bytes::from(reflect::random_object(constructor, &mut dice).to_bytes()?);
            // What cannot be said in the layer is never sent.
            let Ok(older) = reflect::to_layer(layer, Type::Object, newest.clone()) else {
                continue;
            };
            if older != newest {
                write!(out, "{} ", constructor.name)?;
                for byte in &older {
                    write!(out, "{byte:02x}")?;
                }
                writeln!(out)?;
            }
        }
    }
    Ok(())
}
