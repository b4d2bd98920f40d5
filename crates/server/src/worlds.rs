//! Isolated worlds in one process: each with its own users, clock and journal.
//!
//! The main world is there from the start. Others are made for the parallel workers of a test run, so that
//! they do not meet. A client reaches one by a port of its own, or by the `api_id` of its first
//! `initConnection`, over the main world's ports: a key that has not said yet who it is belongs to the main world
//! and is moved. It stays where it came to; see [`crate::gateway`].

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::task::JoinSet;

use crate::core::Core;
use crate::gateway::Seat;

/// The name of the world that is always there.
pub const MAIN: &str = "main";

/// A world and how it is reached.
#[derive(Debug)]
pub struct World {
    name: Arc<str>,
    core: Core,
    reach: Reach,
    /// What serves its ports; ends with the world.
    tasks: Mutex<JoinSet<()>>,
}

/// How clients reach a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// By ports of its own; [`Core::addresses`] has them.
    Ports,
    /// By the main world's ports, with one of these in `initConnection`.
    ApiIds(Vec<i32>),
}

/// The worlds of a server.
#[derive(Clone, Debug, Default)]
pub struct Worlds(Arc<RwLock<Vec<Arc<World>>>>);

impl World {
    pub(crate) fn new(name: Arc<str>, core: Core, reach: Reach) -> Self {
        Self {
            name,
            core,
            reach,
            tasks: Mutex::default(),
        }
    }

    /// Lets something run as long as the world is there.
    pub(crate) fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its users, inbox, clock, journal, rules and faults.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// How clients reach it.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Ends its connections, and closes its store when what is under way is done.
    pub(crate) async fn stop(&self) {
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
        let core = self.core.clone();
        // A panic of the closing thread has been logged where it happened.
        let _ = tokio::task::spawn_blocking(move || core.stop()).await;
    }

    /// Whether its keys may come by the main world's ports.
    pub(crate) fn shares_ports(&self) -> bool {
        &*self.name == MAIN || matches!(self.reach, Reach::ApiIds(_))
    }

    /// It as the home of a key.
    pub(crate) fn seat(&self) -> Seat {
        Seat {
            world: Arc::clone(&self.name),
            core: self.core.clone(),
            shares_ports: self.shares_ports(),
        }
    }
}

impl Worlds {
    /// All of them, the main one first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<World>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The one with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<World>> {
        self.find(|world| world.name() == name)
    }

    /// The one that clients with this `api_id` belong to; the main one unless another asked for it.
    pub(crate) fn by_api_id(&self, api_id: i32) -> Option<Arc<World>> {
        let wanted =
            |world: &World| matches!(&world.reach, Reach::ApiIds(ids) if ids.contains(&api_id));
        self.find(wanted).or_else(|| self.get(MAIN))
    }

    /// Whether any world is reached by an `api_id`.
    pub(crate) fn any_by_api_id(&self) -> bool {
        self.find(|world| matches!(world.reach, Reach::ApiIds(_)))
            .is_some()
    }

    pub(crate) fn add(&self, world: Arc<World>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(world);
    }

    /// Takes a world away, so that nobody finds it any more.
    pub(crate) fn remove(&self, name: &str) -> Option<Arc<World>> {
        let mut worlds = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let index = worlds.iter().position(|world| world.name() == name)?;
        Some(worlds.remove(index))
    }

    pub(crate) fn clear(&self) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn find(&self, wanted: impl Fn(&World) -> bool) -> Option<Arc<World>> {
        let worlds = self.0.read().unwrap_or_else(PoisonError::into_inner);
        worlds.iter().find(|world| wanted(world)).cloned()
    }
}
