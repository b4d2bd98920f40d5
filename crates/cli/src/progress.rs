//! Progress bars, for people: on stderr, and none when that is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for a transfer of so many bytes.
pub(crate) fn bar(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{prefix:.bold} [{bar:30}] {bytes}/{total_bytes}  {bytes_per_sec}  {eta}",
    );
    let bar = ProgressBar::new(0).with_prefix(crate::show::plain(name));
    match style {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

/// What a transfer calls as it goes on.
pub(crate) fn of(bar: &ProgressBar) -> impl FnMut(u64, u64) + Send + 'static {
    let bar = bar.clone();
    move |done, size| {
        bar.set_length(size);
        bar.set_position(done);
    }
}
