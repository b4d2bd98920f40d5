//! How bad the network is to be, drawn from a seed before it happens.

use std::time::Duration;

use heliogram_campaigns::Dice;
use tokio::time::Instant;

use crate::line::FASTEST;

/// What will happen to one connection.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    /// Bytes are taken in pieces of at most so many.
    pub(crate) largest: usize,
    /// They take between this...
    quickest: Duration,
    /// ... and so much more.
    jitter: Duration,
    /// After so many bytes the line breaks, in the middle of whatever is on it.
    pub(crate) cut_after: Option<usize>,
    /// After so many bytes it goes silent, ...
    pub(crate) silent_after: Option<usize>,
    /// ... towards the client, towards the server, or both.
    pub(crate) silent: [bool; 2],
}

/// What becomes of an attempt to connect.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// Nobody listens.
    Refused,
    /// No answer at all.
    Silence,
    /// A connection with this fate.
    Connected(Fate),
}

/// Something that happens to everybody.
#[derive(Clone, Debug)]
pub(crate) enum Blow {
    /// The server stops, and starts again from its store after so long.
    Restart(Duration),
    /// All lines are cut, and for so long nobody can be reached.
    Outage(Duration),
    /// All lines are cut, and new ones can be made at once.
    Cut,
}

/// The blows of a run, each with the pause before it.
pub(crate) fn blows(dice: &mut Dice) -> Vec<(Duration, Blow)> {
    (0..3 + dice.below(4))
        .map(|_| {
            let pause = between(dice, 5_000, 45_000);
            let blow = match dice.below(5) {
                0..3 => Blow::Restart(between(dice, 0, 15_000)),
                3 => Blow::Outage(between(dice, 500, 30_000)),
                _ => Blow::Cut,
            };
            (pause, blow)
        })
        .collect()
}

/// What becomes of one client's attempts, one after the other.
///
/// Nobody is struck so often in a row that a call becomes older than 270 s: after that a client cannot ask about it any
/// more and has to say that it does not know.
pub(crate) struct Luck {
    dice: Dice,
    /// Since when there was no good line.
    failing: Option<Instant>,
    /// Attempts that came to nothing, and lines that went silent, since the last good one.
    failed: usize,
    silent: usize,
}

impl Luck {
    pub(crate) fn new(dice: Dice) -> Self {
        Self {
            dice,
            failing: None,
            failed: 0,
            silent: 0,
        }
    }

    /// The next attempt in bad weather.
    pub(crate) fn draw(&mut self) -> Attempt {
        let failing = self.failing.is_some_and(|since| since.elapsed() > FAILING);
        let attempt = match self.dice.below(10) {
            _ if failing || self.failed >= FAILED_IN_A_ROW => Attempt::Connected(self.good()),
            0 => Attempt::Refused,
            1 => Attempt::Silence,
            _ => Attempt::Connected(self.any()),
        };
        self.failed = match &attempt {
            Attempt::Connected(fate) if fate.is_good() => 0,
            _ => self.failed + 1,
        };
        if self.failed == 0 {
            self.silent = 0;
            self.failing = None;
        } else {
            self.failing.get_or_insert_with(Instant::now);
        }
        attempt
    }

    /// Dice for what a fate leaves open.
    pub(crate) fn split(&mut self) -> Dice {
        self.dice.split()
    }

    /// A slow line, at worst.
    fn good(&mut self) -> Fate {
        Fate {
            largest: 1 << (3 + self.dice.below(10)),
            quickest: between(&mut self.dice, 1, 150),
            jitter: between(&mut self.dice, 1, 400),
            ..Fate::calm()
        }
    }

    fn any(&mut self) -> Fate {
        // Greeting a server takes some 500 bytes each way, sending a text some 200.
        let after = 1 << (6 + self.dice.below(9));
        let after = Some(self.dice.below(after));
        let silent = *self
            .dice
            .pick(&[[true, true], [true, false], [false, true]]);
        let good = self.good();
        match self.dice.below(10) {
            0..5 => Fate {
                cut_after: after,
                ..good
            },
            5..8 if self.silent < SILENT_IN_A_ROW => {
                self.silent += 1;
                Fate {
                    silent_after: after,
                    silent,
                    ..good
                }
            }
            _ => good,
        }
    }
}

impl Fate {
    /// A line on which nothing happens.
    pub(crate) fn calm() -> Self {
        Self {
            largest: 64 * 1024,
            quickest: FASTEST,
            jitter: FASTEST,
            cut_after: None,
            silent_after: None,
            silent: [false; 2],
        }
    }

    fn is_good(&self) -> bool {
        self.cut_after.is_none() && self.silent_after.is_none()
    }

    /// How long the next bytes take.
    pub(crate) fn delay(&self, dice: &mut Dice) -> Duration {
        self.quickest + self.jitter.mul_f64(dice.below(1_000) as f64 / 1_000.0)
    }
}

/// A duration between two numbers of milliseconds.
pub(crate) fn between(dice: &mut Dice, least: usize, most: usize) -> Duration {
    Duration::from_millis((least + dice.below(most - least)) as u64)
}

/// After so long the next line is a good one.
const FAILING: Duration = Duration::from_secs(40);
/// Each costs a wait, longer each time.
const FAILED_IN_A_ROW: usize = 3;
/// Each may cost a minute and a quarter, until a ping has no answer.
const SILENT_IN_A_ROW: usize = 1;
