//! The network between the people and their server.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heliogram::{Address, Dial, Dialling, Socket};
use heliogram_campaigns::Dice;
use tokio::time::sleep;

use crate::house::House;
use crate::line::{Hold, line};
use crate::weather::{Attempt, Fate, Luck};

/// The part of the network by which one client goes.
#[derive(Clone)]
pub(crate) struct Network {
    house: Arc<House>,
    sky: Arc<Mutex<Sky>>,
    luck: Arc<Mutex<Luck>>,
    number: u8,
}

/// What is the same for everybody.
pub(crate) struct Sky {
    bad: bool,
    outage: bool,
    lines: Vec<Hold>,
}

impl Network {
    pub(crate) fn new(house: Arc<House>) -> Self {
        Self {
            house,
            sky: Arc::new(Mutex::new(Sky {
                bad: false,
                outage: false,
                lines: Vec::new(),
            })),
            luck: Arc::new(Mutex::new(Luck::new(Dice::new(0)))),
            number: 0,
        }
    }

    /// The way of one client.
    pub(crate) fn way(&self, number: u8, dice: Dice) -> Self {
        Self {
            luck: Arc::new(Mutex::new(Luck::new(dice))),
            number,
            ..self.clone()
        }
    }

    /// Lets new connections meet their fates, or not any more.
    pub(crate) fn set_bad(&self, bad: bool) {
        lock(&self.sky).bad = bad;
    }

    /// Cuts everything, and lets nobody connect until it is over.
    pub(crate) fn set_outage(&self, outage: bool) {
        lock(&self.sky).outage = outage;
        if outage {
            self.cut();
        }
    }

    /// Cuts the lines there are.
    pub(crate) fn cut(&self) {
        for line in std::mem::take(&mut lock(&self.sky).lines) {
            line.cut();
        }
    }

    async fn connect(&self) -> io::Result<Socket> {
        let (bad, outage) = {
            let sky = lock(&self.sky);
            (sky.bad, sky.outage)
        };
        let who = self.number;
        if outage || self.house.core().is_none() {
            tracing::debug!(who, outage, "dials in vain");
            return Err(match outage {
                true => io::ErrorKind::NetworkUnreachable.into(),
                false => io::ErrorKind::ConnectionRefused.into(),
            });
        }
        let attempt = match bad {
            true => lock(&self.luck).draw(),
            false => Attempt::Connected(Fate::calm()),
        };
        tracing::debug!(who, ?attempt, "dials");
        let fate = match attempt {
            Attempt::Connected(fate) => fate,
            Attempt::Refused => return Err(io::ErrorKind::ConnectionRefused.into()),
            Attempt::Silence => std::future::pending().await,
        };
        let mut dice = lock(&self.luck).split();
        sleep(fate.delay(&mut dice) + Duration::from_millis(1)).await;
        let (near, far, hold) = line(fate, dice);
        let peer = SocketAddr::from(([10, 0, 0, self.number], 1024));
        if !self.house.serve(Socket::other(far), peer) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let lines = &mut lock(&self.sky).lines;
        lines.retain(|line| !line.is_over());
        lines.push(hold);
        Ok(Socket::other(near))
    }
}

impl Dial for Network {
    fn dial<'a>(&'a self, _: &'a Address) -> Dialling<'a> {
        Box::pin(self.connect())
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network({})", self.number)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
