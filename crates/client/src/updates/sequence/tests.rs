//! The sequence against a model of a server and a network that drops, repeats and shuffles.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use heliogram_tl::{
    ChannelId,
    api::{
        self, TypeUpdate, TypeUpdates, UpdateBotStopped, UpdateChannelTooLong,
        UpdateDeleteChannelMessages, UpdateDeleteMessages, UpdateShort, updates,
    },
};

use super::{Fetch, Sequence, Step};
use crate::{UpdateState, events::Lost};

/// One event: its id tells it from all others.
#[derive(Clone, Copy, Debug)]
struct Event {
    id: i32,
    sort: Sort,
    /// What its sequence has come to with it, and from where.
    number: i32,
    count: i32,
    /// The client caused it, and has the answer.
    own: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Common,
    Second,
    Channel(i64),
}

impl Event {
    fn update(&self) -> TypeUpdate {
        match self.sort {
            Sort::Common => TypeUpdate::UpdateDeleteMessages(Box::new(UpdateDeleteMessages {
                messages: vec![self.id],
                pts: self.number,
                pts_count: self.count,
            })),
            Sort::Channel(channel) => {
                TypeUpdate::UpdateDeleteChannelMessages(Box::new(UpdateDeleteChannelMessages {
                    channel_id: channel.into(),
                    messages: vec![self.id],
                    pts: self.number,
                    pts_count: self.count,
                }))
            }
            Sort::Second => TypeUpdate::UpdateBotStopped(UpdateBotStopped {
                user_id: i64::from(self.id).into(),
                date: 0,
                stopped: true,
                qts: self.number,
            }),
        }
    }
}

/// The id of an event that was given out.
fn id_of(update: &TypeUpdate) -> (i32, Sort) {
    match update {
        TypeUpdate::UpdateDeleteMessages(update) => (update.messages[0], Sort::Common),
        TypeUpdate::UpdateDeleteChannelMessages(update) => {
            (update.messages[0], Sort::Channel(update.channel_id.0))
        }
        TypeUpdate::UpdateBotStopped(update) => (update.user_id.0 as i32, Sort::Second),
        other => panic!("nobody sent {other:?}"),
    }
}

/// All randomness of a run, from its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

/// What the server knows.
#[derive(Default)]
struct Server {
    logs: BTreeMap<Sort, Vec<Event>>,
    happened: i32,
    seq: i32,
    numbers_wholes: bool,
}

impl Server {
    fn reached(&self, sort: Sort) -> i32 {
        let last = self.logs.get(&sort).and_then(|log| log.last());
        last.map_or(0, |event| event.number)
    }

    fn happen(&mut self, sort: Sort, count: i32, own: bool) -> Event {
        let number = self.reached(sort) + count;
        self.happened += 1;
        let id = self.happened;
        let event = Event {
            id,
            sort,
            number,
            count,
            own,
        };
        self.logs.entry(sort).or_default().push(event);
        event
    }

    fn in_updates(&mut self, events: &[Event]) -> TypeUpdates {
        if self.numbers_wholes {
            self.seq += 1;
        }
        TypeUpdates::Updates(Box::new(api::Updates {
            updates: events.iter().map(Event::update).collect(),
            users: Vec::new(),
            chats: Vec::new(),
            date: 1,
            seq: self.seq,
        }))
    }

    fn state(&self) -> updates::State {
        updates::State {
            pts: self.reached(Sort::Common),
            qts: self.reached(Sort::Second),
            date: 1,
            seq: self.seq,
            unread_count: 0,
        }
    }

    fn after(&self, sort: Sort, number: i32) -> &[Event] {
        let log = self.logs.get(&sort).map_or(&[][..], Vec::as_slice);
        &log[log.partition_point(|event| event.number <= number)..]
    }

    fn difference(&self, pts: i32, qts: i32, dice: &mut Dice) -> updates::TypeDifference {
        let slice = 1 + dice.below(200) as usize;
        let all = self.after(Sort::Common, pts);
        let part = &all[..all.len().min(slice)];
        let mut other_updates: Vec<_> = part.iter().map(Event::update).collect();
        if part.len() < all.len() {
            let state = updates::State {
                pts: part.last().map_or(pts, |event| event.number),
                qts,
                seq: 0,
                ..self.state()
            };
            return updates::TypeDifference::DifferenceSlice(Box::new(updates::DifferenceSlice {
                new_messages: Vec::new(),
                new_encrypted_messages: Vec::new(),
                other_updates,
                chats: Vec::new(),
                users: Vec::new(),
                intermediate_state: state,
            }));
        }
        other_updates.extend(self.after(Sort::Second, qts).iter().map(Event::update));
        let channels = self.logs.keys().filter_map(|sort| match sort {
            Sort::Channel(id) => Some(ChannelId(*id)),
            _ => None,
        });
        other_updates.extend(channels.map(|channel_id| {
            TypeUpdate::UpdateChannelTooLong(UpdateChannelTooLong {
                channel_id,
                pts: None,
            })
        }));
        updates::TypeDifference::Difference(Box::new(updates::Difference {
            new_messages: Vec::new(),
            new_encrypted_messages: Vec::new(),
            other_updates,
            chats: Vec::new(),
            users: Vec::new(),
            state: self.state(),
        }))
    }

    fn channel_difference(
        &self,
        id: ChannelId,
        pts: i32,
        dice: &mut Dice,
    ) -> updates::TypeChannelDifference {
        let slice = 1 + dice.below(100) as usize;
        let all = self.after(Sort::Channel(id.0), pts);
        let part = &all[..all.len().min(slice)];
        updates::TypeChannelDifference::ChannelDifference(Box::new(updates::ChannelDifference {
            final_: part.len() == all.len(),
            pts: part.last().map_or(pts, |event| event.number),
            timeout: None,
            new_messages: Vec::new(),
            other_updates: part.iter().map(Event::update).collect(),
            chats: Vec::new(),
            users: Vec::new(),
        }))
    }
}

/// What a run is like.
#[derive(Clone, Copy)]
struct Weather {
    drops: u64,
    repeats: u64,
    /// How many pushes overtake each other.
    window: u64,
    /// In ten thousand steps.
    crashes: u64,
    numbers_wholes: bool,
}

/// A client that is killed now and then and goes on from what was saved.
struct Client {
    sequence: Sequence,
    now: Instant,
    saved: UpdateState,
    /// What the reader was given, in order.
    seen: Vec<(i32, Sort)>,
    crashes: usize,
    fetches: usize,
}

impl Client {
    fn follow(&mut self, server: &Server, weather: Weather, dice: &mut Dice) {
        loop {
            while let Some(step) = self.sequence.poll_step() {
                match step {
                    Step::Give(update, _) => self.seen.push(id_of(&update)),
                    Step::Moved(change) => change.apply_to(&mut self.saved),
                    Step::Lost(lost) => panic!("nothing has to be lost: {lost}"),
                }
                if dice.below(10_000) < weather.crashes {
                    self.crashes += 1;
                    self.sequence = Sequence::new(OWN.into(), Some(&self.saved));
                }
            }
            let Some(fetch) = self.sequence.poll_fetch() else {
                return;
            };
            self.fetches += 1;
            match fetch {
                Fetch::State => self.sequence.handle_state(self.now, &server.state()),
                Fetch::Difference { pts, qts, .. } => {
                    let difference = server.difference(pts, qts, dice);
                    self.sequence.handle_difference(self.now, difference);
                }
                Fetch::Channel { id, pts } => {
                    let difference = server.channel_difference(id, pts, dice);
                    let now = self.now;
                    self.sequence.handle_channel_difference(now, id, difference);
                }
            }
        }
    }
}

fn run(seed: u64, pushes: usize, weather: Weather) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut server = Server {
        numbers_wholes: weather.numbers_wholes,
        ..Server::default()
    };
    let start = UpdateState {
        channels: CHANNELS.map(|id| (ChannelId(id), 0)).into(),
        ..UpdateState::default()
    };
    let mut client = Client {
        sequence: Sequence::new(OWN.into(), Some(&start)),
        now: Instant::now(),
        saved: start,
        seen: Vec::new(),
        crashes: 0,
        fetches: 0,
    };
    // What is on its way, and whether it is an answer.
    let mut on_its_way: Vec<(TypeUpdates, bool)> = Vec::new();
    for _ in 0..pushes {
        let own = dice.percent(10);
        let events: Vec<_> = (0..=dice.below(3))
            .map(|_| {
                let sort = match dice.below(10) {
                    0 => Sort::Second,
                    1..=3 => Sort::Channel(CHANNELS[dice.below(3) as usize]),
                    _ => Sort::Common,
                };
                let count = match sort {
                    Sort::Second => 1,
                    _ => 1 + dice.below(3) as i32,
                };
                server.happen(sort, count, own)
            })
            .collect();
        let pushed = match events[..] {
            [event] if dice.percent(20) => TypeUpdates::UpdateShort(Box::new(UpdateShort {
                update: event.update(),
                date: 1,
            })),
            _ => server.in_updates(&events),
        };
        if !dice.percent(weather.drops) {
            if dice.percent(weather.repeats) {
                on_its_way.push((pushed.clone(), own));
            }
            on_its_way.push((pushed, own));
        }
        while on_its_way.len() as u64 > weather.window {
            let at = dice.below(on_its_way.len() as u64) as usize;
            let (arrived, own) = on_its_way.swap_remove(at);
            client.now += Duration::from_millis(dice.below(60));
            client.sequence.handle_timeout(client.now);
            client.follow(&server, weather, &mut dice);
            client
                .sequence
                .handle_updates(client.now, arrived, own, |_| true);
            client.follow(&server, weather, &mut dice);
        }
    }
    // Silence, until the watchdog looks.
    client.sequence.handle_state(client.now, &server.state());
    client.follow(&server, weather, &mut dice);
    client.now += Duration::from_secs(1);
    client.sequence.handle_timeout(client.now);
    client.follow(&server, weather, &mut dice);

    check(seed, &server, &client);
}

fn check(seed: u64, server: &Server, client: &Client) {
    let saved = &client.saved;
    assert_eq!(saved.pts, server.reached(Sort::Common), "seed {seed}");
    assert_eq!(saved.qts, server.reached(Sort::Second), "seed {seed}");
    for (id, pts) in &saved.channels {
        assert_eq!(*pts, server.reached(Sort::Channel(id.0)), "seed {seed}");
    }
    let seen: BTreeSet<i32> = client.seen.iter().map(|(id, _)| *id).collect();
    for event in server.logs.values().flatten() {
        let missing = !event.own && !seen.contains(&event.id);
        assert!(!missing, "seed {seed}: {event:?} was never given out");
    }
    let mut last: BTreeMap<Sort, i32> = BTreeMap::new();
    let mut back = 0;
    for (id, sort) in &client.seen {
        let before = last.insert(*sort, *id).unwrap_or(0);
        back += usize::from(*id <= before);
    }
    // Only a client that was killed is given anything twice, and then in order again.
    let allowed = client.crashes * (CHANNELS.len() + 2);
    assert!(
        back <= allowed,
        "seed {seed}: {back} steps back with {} crashes",
        client.crashes
    );
}

const OWN: i64 = 1;
const CHANNELS: [i64; 3] = [5, 6, 7];

const FAIR: Weather = Weather {
    drops: 0,
    repeats: 0,
    window: 0,
    crashes: 0,
    numbers_wholes: false,
};

const BAD: Weather = Weather {
    drops: 5,
    repeats: 5,
    window: 12,
    ..FAIR
};

#[test]
fn ten_thousand_pushes_shuffled_dropped_and_repeated_end_equal() {
    for seed in 1..=4 {
        run(seed, 10_000, BAD);
    }
}

#[test]
fn the_same_when_every_push_has_a_number_as_a_whole() {
    for seed in 1..=4 {
        let weather = Weather {
            numbers_wholes: true,
            ..BAD
        };
        run(seed, 10_000, weather);
    }
}

#[test]
fn the_same_when_the_client_is_killed_again_and_again() {
    for seed in 1..=20 {
        let weather = Weather {
            crashes: 100,
            ..BAD
        };
        run(seed, 2_000, weather);
    }
}

#[test]
fn all_kinds_of_weather_end_equal() {
    for seed in 1..=200 {
        let mut dice = Dice(seed);
        let weather = Weather {
            drops: dice.below(40),
            repeats: dice.below(40),
            window: dice.below(80),
            crashes: dice.below(50),
            numbers_wholes: dice.percent(50),
        };
        run(seed, 300, weather);
    }
}

fn event(pts: i32) -> Event {
    Event {
        id: pts,
        sort: Sort::Common,
        number: pts,
        count: 1,
        own: false,
    }
}

fn deletion(pts: i32) -> TypeUpdates {
    let update = event(pts).update();
    TypeUpdates::UpdateShort(Box::new(UpdateShort { update, date: 1 }))
}

fn at(pts: i32) -> Sequence {
    let state = UpdateState {
        pts,
        ..UpdateState::default()
    };
    let mut sequence = Sequence::new(OWN.into(), Some(&state));
    let empty = updates::DifferenceEmpty { date: 1, seq: 0 };
    let empty = updates::TypeDifference::DifferenceEmpty(empty);
    sequence.handle_difference(Instant::now(), empty);
    sequence
}

/// Everything that was given out, and what is told as lost.
fn steps(sequence: &mut Sequence) -> (Vec<i32>, Vec<Lost>) {
    let (mut given, mut lost) = (Vec::new(), Vec::new());
    while let Some(step) = sequence.poll_step() {
        match step {
            Step::Give(update, _) => given.push(id_of(&update).0),
            Step::Lost(what) => lost.push(what),
            Step::Moved(_) => {}
        }
    }
    (given, lost)
}

#[test]
fn a_gap_is_given_half_a_second_to_fill_and_is_fetched_then() {
    let mut sequence = at(10);
    let start = Instant::now();
    sequence.handle_updates(start, deletion(12), false, |_| true);
    assert_eq!(steps(&mut sequence), (vec![], vec![]));
    let due = start + Duration::from_millis(500);
    assert_eq!(sequence.poll_timeout(), Some(due));
    sequence.handle_timeout(due - Duration::from_millis(1));
    assert_eq!(sequence.poll_fetch(), None);
    sequence.handle_timeout(due);
    assert!(matches!(
        sequence.poll_fetch(),
        Some(Fetch::Difference { pts: 10, .. })
    ));

    let mut sequence = at(10);
    sequence.handle_updates(start, deletion(12), false, |_| true);
    sequence.handle_updates(start, deletion(11), false, |_| true);
    assert_eq!(steps(&mut sequence).0, [11, 12]);
    assert_eq!(sequence.poll_timeout(), None);
    sequence.handle_timeout(due);
    assert_eq!(sequence.poll_fetch(), None);
}

#[test]
fn in_fair_weather_nothing_is_fetched() {
    let mut sequence = at(0);
    for pts in 1..=1000 {
        sequence.handle_updates(Instant::now(), deletion(pts), false, |_| true);
        assert_eq!(steps(&mut sequence).0, [pts]);
        assert_eq!(
            (sequence.poll_fetch(), sequence.poll_timeout()),
            (None, None)
        );
    }
}

#[test]
fn answers_to_own_calls_move_the_numbers_and_are_not_given_out() {
    let mut sequence = at(10);
    let now = Instant::now();
    sequence.handle_updates(now, deletion(14), false, |_| true);
    sequence.handle_updates(now, deletion(13), true, |_| true);
    sequence.handle_affected(now, None, 12, 2);
    assert_eq!(steps(&mut sequence).0, [14]);
    sequence.handle_affected(now, None, 16, 2);
    sequence.handle_updates(now, deletion(17), false, |_| true);
    assert_eq!(steps(&mut sequence).0, [17]);
    assert_eq!(sequence.poll_timeout(), None);
}

#[test]
fn what_a_difference_does_not_have_yet_is_not_forgotten() {
    let mut sequence = at(10);
    let start = Instant::now();
    sequence.handle_updates(start, deletion(12), false, |_| true);
    sequence.handle_timeout(start + Duration::from_secs(1));
    // A part of the server that has not heard of 12.
    let server = Server {
        logs: [(Sort::Common, (1..=11).map(event).collect())].into(),
        ..Server::default()
    };
    let difference = server.difference(10, 0, &mut Dice(1));
    sequence.handle_difference(start, difference);
    assert_eq!(steps(&mut sequence).0, [11, 12]);
}

#[test]
fn the_watchdog_fetches_what_is_missing_and_nothing_else() {
    let mut sequence = at(10);
    let state = |pts, qts| updates::State {
        pts,
        qts,
        ..updates::State::default()
    };
    sequence.handle_state(Instant::now(), &state(10, 0));
    assert_eq!(sequence.poll_fetch(), None);
    for state in [state(11, 0), state(10, 1)] {
        let mut sequence = at(10);
        sequence.handle_state(Instant::now(), &state);
        assert!(matches!(
            sequence.poll_fetch(),
            Some(Fetch::Difference { .. })
        ));
    }
    // A channel may have news that the state does not tell of.
    sequence.channels.insert(ChannelId(5), 1);
    sequence.handle_state(Instant::now(), &state(10, 0));
    assert!(sequence.poll_fetch().is_some());
}

#[test]
fn a_whole_that_was_counted_already_may_hold_something_new_all_the_same() {
    let mut sequence = at(10);
    let mut whole = |pts, seq| {
        let TypeUpdates::UpdateShort(short) = deletion(pts) else {
            unreachable!("a deletion is short");
        };
        let whole = TypeUpdates::Updates(Box::new(api::Updates {
            updates: vec![short.update],
            users: Vec::new(),
            chats: Vec::new(),
            date: 1,
            seq,
        }));
        sequence.handle_updates(Instant::now(), whole, false, |_| true);
        steps(&mut sequence).0
    };
    assert_eq!(whole(11, 1), [11]);
    assert_eq!(whole(11, 1), [0; 0]);
    assert_eq!(whole(12, 1), [12]);
}

#[test]
fn a_difference_that_is_too_long_is_told_and_the_rest_is_fetched() {
    let mut sequence = at(10);
    sequence.handle_doubt();
    let too_long = updates::DifferenceTooLong { pts: 5000 };
    let too_long = updates::TypeDifference::DifferenceTooLong(too_long);
    sequence.handle_difference(Instant::now(), too_long);
    let lost = Lost::TooLong { from: 10, to: 5000 };
    assert_eq!(steps(&mut sequence), (vec![], vec![lost]));
    assert!(matches!(
        sequence.poll_fetch(),
        Some(Fetch::Difference { pts: 5000, .. })
    ));
}

#[test]
fn a_server_that_never_comes_to_an_end_is_not_asked_for_ever() {
    let mut sequence = at(10);
    sequence.handle_doubt();
    let slice = updates::DifferenceSlice {
        new_messages: Vec::new(),
        new_encrypted_messages: Vec::new(),
        other_updates: Vec::new(),
        chats: Vec::new(),
        users: Vec::new(),
        intermediate_state: updates::State {
            pts: 10,
            ..updates::State::default()
        },
    };
    let slice = updates::TypeDifference::DifferenceSlice(Box::new(slice));
    sequence.handle_difference(Instant::now(), slice);
    assert_eq!(sequence.poll_fetch(), None);
}

#[test]
fn what_comes_before_the_first_state_is_not_taken_for_old() {
    let mut sequence = Sequence::new(OWN.into(), None);
    assert_eq!(sequence.poll_fetch(), Some(Fetch::State));
    let now = Instant::now();
    sequence.handle_updates(now, deletion(12), false, |_| true);
    sequence.handle_updates(now, deletion(11), false, |_| true);
    // The server counts both already.
    let state = updates::State {
        pts: 12,
        ..updates::State::default()
    };
    sequence.handle_state(now, &state);
    assert_eq!(steps(&mut sequence).0, [11, 12]);
    assert_eq!(sequence.poll_fetch(), None);
}

#[test]
fn a_short_message_from_somebody_unknown_is_fetched_instead() {
    let short = api::UpdateShortMessage {
        user_id: 5.into(),
        pts: 11,
        pts_count: 1,
        ..api::UpdateShortMessage::default()
    };
    let short = TypeUpdates::UpdateShortMessage(Box::new(short));
    let mut sequence = at(10);
    sequence.handle_updates(Instant::now(), short.clone(), false, |_| false);
    assert_eq!(steps(&mut sequence), (vec![], vec![]));
    assert!(matches!(
        sequence.poll_fetch(),
        Some(Fetch::Difference { pts: 10, .. })
    ));

    let mut sequence = at(10);
    sequence.handle_updates(Instant::now(), short, false, |_| true);
    let given = std::iter::from_fn(|| sequence.poll_step());
    let given = given.filter_map(|step| match step {
        Step::Give(TypeUpdate::UpdateNewMessage(new), _) => Some(new),
        _ => None,
    });
    let [new] = &given.collect::<Vec<_>>()[..] else {
        panic!("one message");
    };
    let api::TypeMessage::Message(message) = &new.message else {
        panic!("a message, not {:?}", new.message);
    };
    let user = api::TypePeer::PeerUser(api::PeerUser { user_id: 5.into() });
    assert_eq!(
        (&message.peer_id, &message.from_id),
        (&user, &Some(user.clone()))
    );
}

#[test]
fn a_server_that_was_put_back_is_told_and_followed() {
    let mut sequence = at(10);
    let state = updates::State {
        pts: 3,
        ..updates::State::default()
    };
    sequence.handle_state(Instant::now(), &state);
    let lost = Lost::WentBack { from: 10, to: 3 };
    assert_eq!(steps(&mut sequence).1, [lost]);
    sequence.handle_updates(Instant::now(), deletion(4), false, |_| true);
    assert_eq!(steps(&mut sequence).0, [4]);
}

#[test]
fn a_channel_that_cannot_be_asked_about_is_told_and_forgotten() {
    let mut sequence = at(10);
    sequence.channels.insert(ChannelId(5), 100);
    let too_long = UpdateChannelTooLong {
        channel_id: 5.into(),
        pts: None,
    };
    let too_long = TypeUpdates::UpdateShort(Box::new(UpdateShort {
        update: TypeUpdate::UpdateChannelTooLong(too_long),
        date: 1,
    }));
    sequence.handle_updates(Instant::now(), too_long, false, |_| true);
    let id = ChannelId(5);
    assert_eq!(sequence.poll_fetch(), Some(Fetch::Channel { id, pts: 100 }));
    sequence.handle_channel_left(id);
    let lost = Lost::Channel {
        channel: id,
        from: 100,
    };
    assert_eq!(steps(&mut sequence).1, [lost]);
    assert_eq!(sequence.poll_fetch(), None);
}
