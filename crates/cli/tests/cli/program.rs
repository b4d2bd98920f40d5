//! Runs the built program.

use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_heliogram");

/// One run that has ended.
pub(crate) struct Ran {
    output: Output,
}

/// Runs the program with nothing on stdin and no server in its environment.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(PATH)
        .args(arguments)
        .env_remove("HELIOGRAM_READY")
        .env_remove("HELIOGRAM_SESSION")
        .env_remove("HELIOGRAM_STATE")
        .env(
            "XDG_STATE_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/state"),
        )
        .env(
            "XDG_RUNTIME_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/no-server"),
        )
        .stdin(Stdio::null())
        .output()
        .expect("the program can be started");
    Ran { output }
}

impl Ran {
    /// What it printed; it must have ended well and said nothing on stderr.
    pub(crate) fn succeeds(&self) -> String {
        assert!(self.output.status.success(), "{}", self.complaint());
        assert_eq!(self.complaint(), "");
        String::from_utf8(self.output.stdout.clone()).expect("output is text")
    }

    /// The same as JSON.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.succeeds()).expect("output is JSON")
    }

    /// It ended with this code, printed nothing, and said this on stderr.
    pub(crate) fn fails(&self, code: i32, saying: &str) {
        assert!(self.output.stdout.is_empty(), "data on stdout");
        self.ends(code, saying);
    }

    /// It ended with this code and said this on stderr.
    pub(crate) fn ends(&self, code: i32, saying: &str) {
        let complaint = self.complaint();
        assert_eq!(self.output.status.code(), Some(code), "{complaint}");
        assert!(complaint.contains(saying), "{complaint}");
    }

    /// What it printed, however it ended.
    pub(crate) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}
