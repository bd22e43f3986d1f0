//! Calls into the server, many at once: when to place the next one, and what became of each.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use edge::signal::Cause;
use edge::sound::Clip;
use edge::{Key, LegId};

use crate::limits;
use crate::log::{Entry, Happening};
use crate::network::{Input, Placing};
use crate::report::{Outcome, Report, Tone};
use crate::script::{Script, Step};

/// The pause that a comma between keys means.
const KEY_PAUSE: Duration = Duration::from_secs(1);
/// How long the last closing of media may follow the last end of a call.
const CLOSING: Duration = Duration::from_secs(1);

/// Calls to place into the server, all alike.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The number to dial.
    pub to: String,
    /// The calling number to show.
    pub from: Option<String>,
    /// The number that has sent the call on, if one has.
    pub redirecting: Option<String>,
    /// How many calls, 1 to [`limits::CALLS`].
    pub calls: u32,
    /// Calls a second, above 0.
    pub rate: f64,
    /// How long each lasts, from its answer. None: until it has said, pressed and heard all that is
    /// asked of it, or where nothing is asked, until the server ends it; at most [`limits::UNHELD`].
    pub hold: Option<Duration>,
    /// How long each waits for its answer.
    pub patience: Duration,
    /// What each says after its answer.
    pub say: Option<Clip>,
    /// What each presses then: keys pressed in one go, with a second between one go and the next.
    pub presses: Vec<Vec<Key>>,
    /// Tones in Hz that each must hear; at most [`limits::FREQUENCIES`].
    pub expect: Vec<u16>,
}

impl Plan {
    /// One call that says and expects nothing and lasts until the server ends it.
    #[must_use]
    pub fn new(to: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            from: None,
            redirecting: None,
            calls: 1,
            rate: 1.0,
            hold: None,
            patience: Duration::from_secs(60),
            say: None,
            presses: Vec::new(),
            expect: Vec::new(),
        }
    }

    /// The time from one call to the next.
    ///
    /// # Errors
    /// [`PlanError`] where the plan cannot be carried out.
    pub fn interval(&self) -> Result<Duration, PlanError> {
        if !(1..=limits::CALLS).contains(&self.calls) {
            return Err(PlanError::Calls(self.calls));
        }
        if self.expect.len() > limits::FREQUENCIES {
            return Err(PlanError::Expect(self.expect.len()));
        }
        // A microsecond is quicker than any server, and the last call must be a moment that exists.
        let interval = Duration::try_from_secs_f64(1.0 / self.rate).ok();
        interval
            .filter(|i| (Duration::from_micros(1)..=Duration::from_hours(1)).contains(i))
            .ok_or(PlanError::Rate(self.rate))
    }

    fn script(&self) -> Script {
        let mut steps: Vec<Step> = self.say.iter().cloned().map(Step::Say).collect();
        for (n, keys) in self.presses.iter().enumerate() {
            if n > 0 {
                steps.push(Step::Wait(KEY_PAUSE));
            }
            steps.push(Step::Press(keys.clone()));
        }
        let hold = self.hold.unwrap_or(limits::UNHELD);
        steps.extend([Step::UntilAnswered(hold), Step::HangUp(Cause::Normal)]);
        steps.into()
    }

    /// Things that each call has to say or press.
    fn tasks(&self) -> usize {
        usize::from(self.say.is_some()) + self.presses.len()
    }
}

/// Reads keys as they are written on a command line: `12#` pressed in one go, `1,2,#` with a second at
/// each comma.
///
/// # Errors
/// [`PlanError::Key`] for what is not on a telephone.
pub fn presses(text: &str) -> Result<Vec<Vec<Key>>, PlanError> {
    let one_go = |keys: &str| {
        keys.trim().chars().map(|face| Key::from_face(face).ok_or(PlanError::Key(face))).collect()
    };
    text.split(',').map(one_go).collect()
}

/// A plan that cannot be carried out.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum PlanError {
    /// No call, or too many.
    #[error("{0} calls: at least 1 and at most {max} are possible", max = limits::CALLS)]
    Calls(u32),
    /// No rate, or one that no clock can keep.
    #[error("{0} calls a second: at least one an hour and at most 1000000 a second are possible")]
    Rate(f64),
    /// More tones than a party listens for.
    #[error("{0} tones to expect: at most {max} are possible", max = limits::FREQUENCIES)]
    Expect(usize),
    /// Not a key.
    #[error("'{0}' is no key of a telephone: use 0-9 * # A-D, and a comma for a pause of one second")]
    Key(char),
}

/// A load under way.
#[derive(Debug)]
pub(crate) struct Load {
    plan: Plan,
    interval: Duration,
    script: Script,
    start: Instant,
    /// The calls placed so far; a call's place in the list is its name.
    calls: Vec<Outcome>,
    /// The calls whose media has not been closed.
    open: HashMap<LegId, Open>,
    /// What calls that have done everything are to do.
    farewells: Vec<Input>,
    /// Calls that have not ended.
    under_way: usize,
    last_end: Instant,
}

/// A call under way.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Its place in the list of all calls.
    number: usize,
    /// What it still has to say or press.
    tasks: usize,
}

impl Load {
    pub(crate) fn new(plan: Plan, start: Instant) -> Result<Self, PlanError> {
        Ok(Self {
            interval: plan.interval()?,
            script: plan.script(),
            plan,
            start,
            calls: Vec::new(),
            open: HashMap::new(),
            farewells: Vec::new(),
            under_way: 0,
            last_end: start,
        })
    }

    /// What the network is to do now: a call that is due, or the end of one that has done everything.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Input> {
        if let Some(farewell) = self.farewells.pop() {
            return Some(farewell);
        }
        self.next_call().filter(|&at| at <= now)?;
        let number = self.calls.len();
        let leg = LegId::placed(number as u64);
        self.calls.push(Outcome::new(now.saturating_duration_since(self.start)));
        self.open.insert(leg, Open { number, tasks: self.plan.tasks() });
        self.under_way += 1;
        Some(Input::Place(Placing {
            leg,
            to: self.plan.to.clone(),
            from: self.plan.from.clone(),
            redirecting: self.plan.redirecting.clone(),
            patience: self.plan.patience,
            script: self.script.clone(),
        }))
    }

    /// When to ask again what to do next, or whether it is all over.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        if !self.farewells.is_empty() {
            return Some(self.start);
        }
        let closed = (self.under_way == 0).then(|| self.last_end + CLOSING);
        self.next_call().or(closed)
    }

    /// Takes note of what happened to a call.
    pub(crate) fn saw(&mut self, entry: &Entry) {
        let Some(open) = self.open.get_mut(&entry.leg) else { return };
        let number = open.number;
        let Some(call) = self.calls.get_mut(number) else { return };
        let since = entry.at.saturating_duration_since(self.start).saturating_sub(call.placed);
        match &entry.what {
            Happening::Ringing | Happening::EarlyMedia { .. } => {
                call.ringing.get_or_insert(since);
            }
            Happening::Answered { .. } => call.answered = Some(since),
            Happening::Key(key) => call.keys.push(*key),
            Happening::Tone { hz, present: true } => {
                call.tones.push(Tone { hz: *hz, at: since, length: None });
            }
            Happening::Tone { hz, present: false } => {
                let began = call.tones.iter_mut().rev().find(|tone| tone.hz == *hz && tone.length.is_none());
                if let Some(tone) = began {
                    tone.length = Some(since.saturating_sub(tone.at));
                }
            }
            Happening::Silent | Happening::Lost(_) => call.sound_lost = true,
            // The first of them; an end that comes after all for a leg that was forgotten is too late.
            Happening::Ended(_) | Happening::Forgotten if call.ended.is_some() => {}
            Happening::Ended(end) => {
                call.end = Some(*end);
                self.ended(number, since, entry.at);
            }
            Happening::Forgotten => self.ended(number, since, entry.at),
            Happening::Closed(seen) => {
                call.seen = Some(*seen);
                self.open.remove(&entry.leg);
            }
            Happening::Arrived { .. } | Happening::Placed { .. } | Happening::Renegotiated { .. } => {}
            Happening::Said | Happening::KeysSent | Happening::LeftOut(_) => {
                open.tasks = open.tasks.saturating_sub(1);
            }
        }
        self.part_if_done(entry.leg);
    }

    /// Lets a call without a length of its own hang up once it has done all it was asked.
    fn part_if_done(&mut self, leg: LegId) {
        let Plan { hold: None, expect, .. } = &self.plan else { return };
        let Some(Open { number, tasks: 0 }) = self.open.get(&leg) else { return };
        let Some(call) = self.calls.get(*number) else { return };
        let is_up = call.answered.is_some() && call.ended.is_none();
        let is_asked_anything = self.plan.tasks() > 0 || !expect.is_empty();
        if is_up && is_asked_anything && call.has_heard(expect) {
            let script = [Step::HangUp(Cause::Normal)].into();
            self.farewells.push(Input::Follow { leg, script });
        }
    }

    /// Whether every call has been placed, has ended, and has had time to close its media.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        let all_placed = self.next_call().is_none();
        all_placed && self.under_way == 0 && (self.open.is_empty() || now >= self.last_end + CLOSING)
    }

    /// Places no more calls.
    pub(crate) fn cut_short(&mut self) {
        self.plan.calls = u32::try_from(self.calls.len()).unwrap_or(u32::MAX).min(self.plan.calls);
    }

    /// What became of it.
    pub(crate) fn into_report(self) -> Report {
        let elapsed = self.last_end.saturating_duration_since(self.start);
        Report { plan: self.plan, calls: self.calls, elapsed }
    }

    fn next_call(&self) -> Option<Instant> {
        let number = u32::try_from(self.calls.len()).ok().filter(|&n| n < self.plan.calls)?;
        Some(self.start + self.interval * number)
    }

    fn ended(&mut self, number: usize, since: Duration, at: Instant) {
        self.calls[number].ended = Some(since);
        self.under_way -= 1;
        self.last_end = self.last_end.max(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::signal::{End, Side};
    use edge::sound::{Codec, Seen};

    const NORMAL: End = End { by: Side::Us, cause: Cause::Normal, status: None, q850: None };

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn hang_up(leg: LegId) -> Input {
        Input::Follow { leg, script: [Step::HangUp(Cause::Normal)].into() }
    }

    fn plan(calls: u32, rate: f64) -> Plan {
        Plan { calls, rate, ..Plan::new("7322901900") }
    }

    fn tell(load: &mut Load, at: Instant, call: u64, what: Happening) {
        load.saw(&Entry { at, leg: LegId::placed(call), what });
    }

    #[test]
    fn calls_are_placed_at_their_rate_and_a_late_one_is_made_up() {
        let start = Instant::now();
        let mut load = Load::new(plan(4, 4.0), start).unwrap();
        assert!(load.next(start).is_some());
        assert!(load.next(start + ms(249)).is_none());
        assert_eq!(load.next_timeout(), Some(start + ms(250)));
        assert!(load.next(start + ms(600)).is_some());
        assert!(load.next(start + ms(600)).is_some());
        assert!(load.next(start + ms(600)).is_none());
        assert!(load.next(start + ms(750)).is_some());
        assert!(load.next(start + ms(9_000)).is_none());
        assert_eq!(load.next_timeout(), None);
    }

    #[test]
    fn a_call_is_measured_from_its_own_beginning() {
        let start = Instant::now();
        let plan = Plan { expect: vec![440], hold: Some(ms(2_000)), ..plan(2, 1.0) };
        let mut load = Load::new(plan, start).unwrap();
        load.next(start);
        load.next(start + ms(1_000));
        let at = start + ms(1_000);
        tell(&mut load, at + ms(100), 1, Happening::EarlyMedia { codec: Codec::Pcmu });
        tell(&mut load, at + ms(200), 1, Happening::Ringing);
        tell(&mut load, at + ms(300), 1, Happening::Answered { codec: Codec::Pcmu });
        tell(&mut load, at + ms(400), 1, Happening::Tone { hz: 440, present: true });
        tell(&mut load, at + ms(900), 1, Happening::Tone { hz: 440, present: false });
        tell(&mut load, at + ms(950), 1, Happening::Key(Key::from_face('7').unwrap()));
        tell(&mut load, at + ms(2_000), 1, Happening::Ended(NORMAL));
        tell(&mut load, at + ms(2_000), 1, Happening::Closed(Seen { received: 50, ..Seen::default() }));
        assert!(!load.is_over(at + ms(2_000)));
        tell(&mut load, at + ms(3_000), 0, Happening::Ended(NORMAL));
        // Call 0 never had a socket: its closing is not waited for without end.
        assert!(!load.is_over(at + ms(3_000)));
        assert_eq!(load.next_timeout(), Some(at + ms(4_000)));
        assert!(load.is_over(at + ms(4_000)));

        let report = load.into_report();
        let call = &report.calls[1];
        assert_eq!(
            (call.ringing, call.answered, call.ended),
            (Some(ms(100)), Some(ms(300)), Some(ms(2_000)))
        );
        assert_eq!(call.tones, [Tone { hz: 440, at: ms(400), length: Some(ms(500)) }]);
        assert_eq!(call.keys, [Key::from_face('7').unwrap()]);
        assert_eq!(call.seen.unwrap().received, 50);
        assert_eq!(report.elapsed, ms(4_000));
    }

    #[test]
    fn a_call_without_a_length_ends_when_it_has_done_and_heard_all() {
        let start = Instant::now();
        let expect = vec![440, 700];
        let mut load =
            Load::new(Plan { expect, presses: presses("1,2").unwrap(), ..plan(1, 1.0) }, start).unwrap();
        load.next(start);
        tell(&mut load, start, 0, Happening::Answered { codec: Codec::Pcmu });
        tell(&mut load, start, 0, Happening::Tone { hz: 440, present: true });
        tell(&mut load, start, 0, Happening::KeysSent);
        tell(&mut load, start, 0, Happening::Tone { hz: 700, present: true });
        assert_eq!(load.next(start), None);
        tell(&mut load, start, 0, Happening::KeysSent);
        assert_eq!(load.next(start), Some(hang_up(LegId::placed(0))));
    }

    #[test]
    fn a_call_of_which_nothing_is_asked_lasts_until_the_server_ends_it() {
        let start = Instant::now();
        let mut load = Load::new(plan(1, 1.0), start).unwrap();
        load.next(start);
        tell(&mut load, start, 0, Happening::Answered { codec: Codec::Pcmu });
        assert_eq!(load.next(start), None);
    }

    #[test]
    fn keys_are_read_with_pauses() {
        let faces = |text| -> Vec<String> {
            let goes: Vec<Vec<Key>> = presses(text).unwrap();
            goes.iter().map(|keys| keys.iter().map(|key| key.face()).collect()).collect()
        };
        assert_eq!(faces("1,2,#"), ["1", "2", "#"]);
        assert_eq!(faces("12#"), ["12#"]);
        assert_eq!(faces("1, ,2"), ["1", "", "2"]);
        assert_eq!(presses("1,x"), Err(PlanError::Key('x')));
    }

    #[test]
    fn a_plan_that_no_clock_can_keep_is_refused() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9, 1e-9] {
            assert!(matches!(plan(1, rate).interval(), Err(PlanError::Rate(_))), "{rate}");
        }
        assert_eq!(plan(0, 1.0).interval(), Err(PlanError::Calls(0)));
        assert_eq!(plan(1, 200.0).interval(), Ok(ms(5)));
    }
}
