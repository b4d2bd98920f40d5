//! The thread that runs the clients of a process.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle};

/// Where clients run: one thread, begun with the first call that needs it. It ends with the process.
pub(crate) fn handle() -> &'static Handle {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a reactor needs one file descriptor and one event");
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("heliogram".into())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))
            .expect("one thread can be started");
        handle
    })
}
