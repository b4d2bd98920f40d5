//! A connection of the simulated network: two directions in which bytes take their time, and an end.
//!
//! As with TCP, what arrives arrives in order and whole. What goes wrong is what goes wrong with TCP: a line is cut in the
//! middle of a frame, or goes silent and nobody is told.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use heliogram_campaigns::Dice;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::weather::Fate;

/// One end of a line.
pub(crate) struct End {
    line: Arc<Mutex<Line>>,
    side: Side,
    sleep: Pin<Box<Sleep>>,
}

/// A hand on a line, for who makes the weather.
#[derive(Clone)]
pub(crate) struct Hold(Arc<Mutex<Line>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client = 0,
    Server = 1,
}

struct Line {
    fate: Fate,
    dice: Dice,
    /// What is on its way to the client, and to the server.
    ways: [Way; 2],
    /// Bytes that were sent, both ways.
    carried: usize,
    cut: bool,
}

#[derive(Default)]
struct Way {
    flight: VecDeque<(Instant, VecDeque<u8>)>,
    waiting: Option<Waker>,
    /// The sender has closed its end.
    closed: bool,
    /// From now on what is sent is lost, and its sender does not know.
    silent: bool,
}

/// Makes a line: the client's end and the server's.
pub(crate) fn line(fate: Fate, dice: Dice) -> (End, End, Hold) {
    let line = Arc::new(Mutex::new(Line {
        fate,
        dice,
        ways: Default::default(),
        carried: 0,
        cut: false,
    }));
    let end = |side| End {
        line: Arc::clone(&line),
        side,
        sleep: Box::pin(sleep_until(Instant::now())),
    };
    (
        end(Side::Client),
        end(Side::Server),
        Hold(Arc::clone(&line)),
    )
}

impl Hold {
    /// Breaks it, for both ends to see once they have read what has come through.
    pub(crate) fn cut(&self) {
        lock(&self.0).cut();
    }

    /// Whether nobody has an end of it any more.
    pub(crate) fn is_over(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl Line {
    fn cut(&mut self) {
        self.cut = true;
        for way in &mut self.ways {
            way.wake();
        }
    }

    /// Takes bytes on their way; gives how many.
    fn carry(&mut self, from: Side, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(1 + self.dice.below(self.fate.largest));
        let left = self
            .fate
            .cut_after
            .map(|after| after.saturating_sub(self.carried));
        let through = left.map_or(taken, |left| taken.min(left));
        if let Some(after) = self.fate.silent_after
            && self.carried + taken > after
        {
            self.ways[0].silent |= self.fate.silent[0];
            self.ways[1].silent |= self.fate.silent[1];
        }
        self.carried += taken;
        let delay = self.fate.delay(&mut self.dice);
        let way = &mut self.ways[1 - from as usize];
        if !way.silent && through > 0 {
            let soonest = way.flight.back().map_or_else(Instant::now, |(at, _)| *at);
            let at = soonest.max(Instant::now() + delay);
            way.flight
                .push_back((at, bytes[..through].iter().copied().collect()));
            way.wake();
        }
        if through < taken || left == Some(0) {
            self.cut();
        }
        taken
    }
}

impl Way {
    fn wake(&mut self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let mut line = lock(&this.line);
            let cut = line.cut;
            let way = &mut line.ways[this.side as usize];
            let Some((at, bytes)) = way.flight.front_mut() else {
                if cut {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
                if way.closed && !way.silent {
                    return Poll::Ready(Ok(()));
                }
                way.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            };
            let at = *at;
            if at <= Instant::now() {
                let count = bytes.len().min(out.remaining());
                let taken: Vec<u8> = bytes.drain(..count).collect();
                out.put_slice(&taken);
                if bytes.is_empty() {
                    way.flight.pop_front();
                }
                return Poll::Ready(Ok(()));
            }
            way.waiting = Some(cx.waker().clone());
            drop(line);
            this.sleep.as_mut().reset(at);
            if this.sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut line = lock(&self.line);
        // The peer has closed its end, or the line is cut.
        if line.cut || line.ways[self.side as usize].closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Poll::Ready(Ok(line.carry(self.side, bytes)))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut line = lock(&self.line);
        let way = &mut line.ways[1 - self.side as usize];
        way.closed = true;
        way.wake();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long the fastest line takes.
pub(crate) const FASTEST: Duration = Duration::from_millis(1);
