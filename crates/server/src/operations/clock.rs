//! The business clock, read and moved from outside.

use crate::clock::{Clock, ClockReading};
use crate::core::Core;
use crate::deadlines;
use crate::instrument::Event;
use crate::operations::OperationError;
use crate::writer::Turn;

/// The last moment of business time: dates on the wire end in 2038, and deletions look ahead.
const END_OF_TIME: i64 = i32::MAX as i64 - 1_000 * crate::clock::DAY;
/// The first: the year 2000.
const BEGINNING_OF_TIME: i64 = 946_684_800;

impl Core {
    /// What the business clock shows.
    #[must_use]
    pub fn clock(&self) -> ClockReading {
        let wire_now = self.shared().settings.wire_clock.now();
        self.shared().clock().reading(wire_now)
    }

    /// Moves the business clock forward. What falls due on the way happens before this returns, in order.
    ///
    /// # Errors
    /// When `seconds` is negative or leads beyond what dates on the wire can say.
    pub async fn advance_clock(&self, seconds: i64) -> Result<ClockReading, OperationError> {
        self.set_clock(move |turn| {
            let now = turn.scope.now;
            if seconds < 0 {
                return Err(OperationError::invalid(
                    "advance_seconds",
                    "is negative; the clock only goes forward",
                ));
            }
            match now.checked_add(seconds) {
                Some(then) if then <= END_OF_TIME => Ok(turn.clock.advanced(seconds)),
                _ => Err(OperationError::refused(
                    "advance_seconds",
                    format!(
                        "{seconds} leads beyond 2035; at most {} are left",
                        END_OF_TIME - now
                    ),
                )),
            }
        })
        .await
    }

    /// Sets the business clock to a moment, in unix seconds. Forward, as [`Self::advance_clock`]; a world where
    /// nobody has lived yet may be set to any moment since 2000.
    ///
    /// # Errors
    /// When the moment is past, or out of the range of dates.
    pub async fn set_clock_to(&self, unix: i64) -> Result<ClockReading, OperationError> {
        self.set_clock(move |turn| {
            let (tx, now) = (turn.scope.tx, turn.scope.now);
            if unix < now && !(tx.accounts().is_empty()? && tx.inbox().is_empty()?) {
                return Err(OperationError::refused(
                    "set",
                    format!(
                        "{unix} is past, it is {now}; the clock only goes forward once somebody lives here, or \
                         after a reset"
                    ),
                ));
            }
            if !(BEGINNING_OF_TIME..=END_OF_TIME).contains(&unix) {
                return Err(OperationError::invalid(
                    "set",
                    format!("{unix} is not between {BEGINNING_OF_TIME} and {END_OF_TIME}"),
                ));
            }
            Ok(turn.clock.advanced(unix - now))
        })
        .await
    }

    /// Lets the business clock stand still.
    ///
    /// # Errors
    /// While a client waits as `FLOOD_WAIT_n` told it to: it sleeps in real time, and would wake to find that no
    /// time has passed. [`Self::freeze_clock_anyway`] does not look.
    pub async fn freeze_clock(&self) -> Result<ClockReading, OperationError> {
        let core = self.clone();
        self.set_clock(move |turn| {
            let (now, until) = (turn.scope.now, core.shared().flood_wait.until());
            if until > now && turn.clock.frozen.is_none() {
                return Err(OperationError::Refused {
                    field: "frozen",
                    reason: format!(
                        "a client was told to wait until {until}, which is {} s ahead, and would wait in vain; \
                         advance the clock first, or force it",
                        until - now
                    ),
                });
            }
            Ok(turn.clock.frozen(true, turn.wire_now))
        })
        .await
    }

    /// Lets the business clock stand still, whoever waits.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn freeze_clock_anyway(&self) -> Result<ClockReading, OperationError> {
        self.set_clock(|turn| Ok(turn.clock.frozen(true, turn.wire_now)))
            .await
    }

    /// Lets the business clock go on from where it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unfreeze_clock(&self) -> Result<ClockReading, OperationError> {
        self.set_clock(|turn| Ok(turn.clock.frozen(false, turn.wire_now)))
            .await
    }

    /// Until when the last client that was told `FLOOD_WAIT_n` waits, in business time; none when nobody does.
    #[must_use]
    pub fn flood_wait_until(&self) -> Option<i64> {
        let until = self.shared().flood_wait.until();
        (until > self.clock().now).then_some(until)
    }

    async fn set_clock(
        &self,
        next: impl FnOnce(&mut Turn<'_>) -> Result<Clock, OperationError> + Send + 'static,
    ) -> Result<ClockReading, OperationError> {
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let clock = next(turn)?;
            let now = clock.business(turn.wire_now);
            deadlines::fire_until(&mut turn.scope, now)?;
            turn.scope.tx.set_clock(clock.shift, clock.frozen)?;
            turn.clock = clock;
            turn.scope.news.events.push(Event::Clock);
            Ok(clock.reading(turn.wire_now))
        })
        .await
    }
}
