//! Keys of a party: what it typed ahead (decision U68), and DTMF_RECEIVE, which collects them.

use std::collections::VecDeque;
use std::time::Instant;

use edge::{Key, LegId};
use protocol::{
    DialoutEvent, DtmfReceive, DtmfReceiveEvent, DtmfReceiveResponse, DtmfReceiveStatus,
    DtmfReceiveTermination, Text,
};

use crate::alarm::Alarm;
use crate::call::Phase;
use crate::ending::Ending;
use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;
use crate::voice::Voice;

/// The keys of a call that nobody has taken yet, in order. Where they are too many the oldest go.
#[derive(Debug, Default)]
pub(crate) struct Typed(VecDeque<Key>);

impl Typed {
    fn push(&mut self, key: Key) {
        if self.0.len() >= limits::TYPED {
            self.0.pop_front();
        }
        self.0.push_back(key);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes out a key that ended something: it is told with that end.
    pub(crate) fn forget(&mut self, key: Key) {
        if let Some(at) = self.0.iter().rposition(|&typed| typed == key) {
            self.0.remove(at);
        }
    }

    pub(crate) fn take_all(&mut self) -> Text {
        self.take(self.0.len())
    }

    /// Takes the oldest keys, so many at most.
    fn take(&mut self, count: usize) -> Text {
        let count = count.min(self.0.len());
        Text::from(self.0.drain(..count).map(Key::face).collect::<String>())
    }
}

/// Keys are collected.
#[derive(Debug)]
pub(crate) struct Collecting {
    pub(crate) pending: Pending,
    count: usize,
    /// When the next key is waited for no longer.
    due: Instant,
}

impl Collecting {
    /// Says what came.
    pub(crate) fn settle(self, typed: &mut Typed, ending: Ending, out: &mut Orders) {
        let event = match ending {
            Ending::Finished | Ending::Key(_) => DtmfReceiveEvent::Dtmf,
            Ending::Stopped | Ending::Disconnected => DtmfReceiveEvent::Eof,
            Ending::FastBusy => DtmfReceiveEvent::FastBusy,
            Ending::Noise => DtmfReceiveEvent::Noise,
            Ending::Dropped => DtmfReceiveEvent::LoopDrop,
        };
        let digits = typed.take(self.count);
        self.pending.settle(out, |msgid, trunk_port| DtmfReceiveTermination {
            msgid,
            trunk_port,
            digits,
            event,
        });
    }
}

impl Switch {
    /// Collects keys, those typed ahead first (behaviours B162, B163; decisions U77, U78).
    pub(crate) fn dtmf_receive(
        &mut self,
        now: Instant,
        link: LinkId,
        request: DtmfReceive,
        out: &mut Orders,
    ) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let refuse = |pending: Pending, status, out: &mut Orders| {
            pending.settle(out, |msgid, trunk_port| DtmfReceiveResponse { msgid, trunk_port, status });
        };
        let call = match call {
            Ok(call) => call,
            Err(unfit) => return refuse(pending, unfit.into(), out),
        };
        let count = request.number_of_digits.and_then(|count| count.parse().ok());
        let Some(count) = count.filter(|count| (1..=limits::DIGITS).contains(count)) else {
            return refuse(pending, DtmfReceiveStatus::TooManyDigits, out);
        };
        if let Err(unfit) = call.take_channel(out) {
            return refuse(pending, unfit.into(), out);
        }
        let status = DtmfReceiveStatus::Success;
        pending.answer(out, |msgid, trunk_port| DtmfReceiveResponse { msgid, trunk_port, status });
        let due = now + if call.typed.0.is_empty() { limits::FIRST_DIGIT } else { limits::NEXT_DIGIT };
        let collecting = Collecting { pending, count, due };
        if call.typed.0.len() >= count {
            return collecting.settle(&mut call.typed, Ending::Finished, out);
        }
        self.alarms.set(due, Alarm::Digit(call.leg));
        call.watch(self.settings.signs, out);
        call.phase = Phase::Up(Voice::Collecting(collecting));
    }

    /// The party pressed a key. One that ends a play or a recording does so in the engine, where no frame
    /// is lost; here it counts for who waits for keys, or for who will.
    pub(crate) fn key(&mut self, now: Instant, leg: LegId, key: Key, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let waits = |voice: &Voice| matches!(voice, Voice::KeyWait { .. });
        if let Some(Voice::KeyWait { pending }) = call.free_channel(waits, out) {
            return pending.terminate(DialoutEvent::Eof, Some(Text::from(key.to_string())), out);
        }
        call.typed.push(key);
        let typed = call.typed.0.len();
        if let Phase::Up(Voice::Collecting(collecting)) = &mut call.phase {
            collecting.due = now + limits::NEXT_DIGIT;
            self.alarms.set(collecting.due, Alarm::Digit(leg));
        }
        let complete = |voice: &Voice| matches!(voice, Voice::Collecting(c) if typed >= c.count);
        if let Some(Voice::Collecting(collecting)) = call.free_channel(complete, out) {
            collecting.settle(&mut call.typed, Ending::Finished, out);
        }
    }

    /// No key came in time.
    pub(crate) fn digit_over(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let over = |voice: &Voice| matches!(voice, Voice::Collecting(c) if c.due <= now);
        if let Some(Voice::Collecting(collecting)) = call.free_channel(over, out) {
            collecting.settle(&mut call.typed, Ending::Stopped, out);
        }
    }
}
