//! What others may know of a connection: how to wake it, and how much it has asked for.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::keys::lock;
use super::strikes::Order;

/// Calls that may run for one connection before it is read from again. More than a client
/// has at once, and little enough that what it sends is bounded by what is answered.
const MAX_RUNNING: usize = 256;

/// A connection as its sessions and calls see it.
#[derive(Default)]
pub(super) struct Link {
    wake: Notify,
    running: AtomicUsize,
    orders: Mutex<Vec<Order>>,
}

impl Link {
    /// There is something to say by this connection.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Wants something of the connection that no session says.
    pub(super) fn order(&self, order: Order) {
        lock(&self.orders).push(order);
        self.wake();
    }

    /// What is wanted of the connection.
    pub(super) fn take_orders(&self) -> Vec<Order> {
        std::mem::take(&mut *lock(&self.orders))
    }

    /// Returns when it was woken.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Whether so many calls run that no further ones should be read.
    pub(super) fn is_full(&self) -> bool {
        self.running.load(Ordering::Acquire) >= MAX_RUNNING
    }

    pub(super) fn call_begins(&self) {
        self.running.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn call_ends(&self) {
        if self.running.fetch_sub(1, Ordering::AcqRel) == MAX_RUNNING {
            self.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_full_until_a_call_ends() {
        let link = Link::default();
        for _ in 0..MAX_RUNNING {
            assert!(!link.is_full());
            link.call_begins();
        }
        assert!(link.is_full());
        link.call_ends();
        assert!(!link.is_full());
    }
}
