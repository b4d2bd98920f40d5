//! How long a start takes, until the ready file is there.

use std::path::Path;

use crate::program::{Folder, Program};
use crate::{Failure, mean, median, percentile};

/// Milliseconds of many starts.
pub struct Starts {
    /// With an empty directory: the RSA key is made.
    pub first: Vec<f64>,
    /// With the same directory again.
    pub again: Vec<f64>,
}

/// Starts the program so often, each time on a new directory and then again on the same.
///
/// # Errors
/// When it does not start.
pub async fn run(binary: &Path, times: usize) -> Result<Starts, Failure> {
    let mut starts = Starts {
        first: Vec::new(),
        again: Vec::new(),
    };
    for _ in 0..times {
        let data = Folder::new()?;
        for into in [&mut starts.first, &mut starts.again] {
            let program = Program::start(binary, Some(data.path())).await?;
            crate::hostile::healthy(&program.target).await?;
            into.push(program.ready_after.as_secs_f64() * 1000.0);
            program.kill().await?;
        }
    }
    Ok(starts)
}

impl Starts {
    /// Fails when a start takes longer than promised: a second with a
    /// new key, 30 ms without; at the median, as finding primes takes longer by chance.
    ///
    /// # Errors
    /// With the figure.
    pub fn check(&self) -> Result<(), Failure> {
        let (first, again) = (median(&self.first), median(&self.again));
        if first > 1000.0 {
            return Err(format!("a first start takes {first:.0} ms, more than 1000").into());
        }
        if again > 30.0 {
            return Err(format!("a start takes {again:.1} ms, more than 30").into());
        }
        Ok(())
    }
}

impl std::fmt::Display for Starts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = |values: &[f64]| {
            format!(
                "median {:.1} ms, mean {:.1}, 95% below {:.1}, longest {:.1}",
                median(values),
                mean(values),
                percentile(values, 95),
                percentile(values, 100)
            )
        };
        write!(
            f,
            "{} starts on an existing directory: {}; {} first starts with RSA key generation: {}",
            self.again.len(),
            line(&self.again),
            self.first.len(),
            line(&self.first)
        )
    }
}
