//! Events that an application must answer, sent again until it does (decision D03).

use std::collections::BTreeMap;
use std::time::Instant;

use protocol::{Message, Text};

use crate::alarm::Alarm;
use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::switch::{Count, Switch};

/// The events that wait for their answers.
#[derive(Debug, Default)]
pub(crate) struct Unanswered {
    waiting: BTreeMap<(LinkId, u64), Message>,
    count: Count,
}

impl Unanswered {
    /// An application answered the event with this id.
    pub(crate) fn answered(&mut self, link: LinkId, msgid: &Text) {
        let of_link = (link, 0)..=(link, u64::MAX);
        let event =
            self.waiting.range(of_link).find(|(_, event)| event.msgid() == msgid).map(|(&key, _)| key);
        if let Some(key) = event {
            self.waiting.remove(&key);
        }
    }

    /// A link is gone for good: nobody is left to answer.
    pub(crate) fn forget(&mut self, link: LinkId) {
        self.waiting.retain(|(of, _), _| *of != link);
    }
}

impl Switch {
    /// Sends an event, if the link is there and asked for events (decision D08).
    pub(crate) fn tell_event(
        &self,
        link: Option<LinkId>,
        event: impl Into<Message>,
        out: &mut Orders,
    ) -> bool {
        let Some(link) = link else { return false };
        let hears = self.links.get(&link).is_some_and(|state| state.stage.hears_events());
        if hears {
            out.tell(link, event);
        }
        hears
    }

    /// Sends an event that the link must answer.
    pub(crate) fn ask(
        &mut self,
        now: Instant,
        link: Option<LinkId>,
        event: impl Into<Message>,
        out: &mut Orders,
    ) {
        let event = event.into();
        let told = self.tell_event(link, event.clone(), out);
        let Some(link) = link.filter(|_| told && self.unanswered.waiting.len() < limits::EVENTS) else {
            return;
        };
        let number = self.unanswered.count.next();
        self.unanswered.waiting.insert((link, number), event);
        self.alarms.set(now + limits::EVENT_ANSWER, Alarm::Unanswered(link, number, 1));
    }

    /// An event was not answered in time: it is sent again, unless it was sent often enough. While the
    /// link has no connection, its time stands still.
    pub(crate) fn ask_again(&mut self, now: Instant, link: LinkId, number: u64, times: u8, out: &mut Orders) {
        let Some(event) = self.unanswered.waiting.get(&(link, number)) else { return };
        let connected = self.links.get(&link).is_some_and(|state| state.line.is_up());
        if connected && times >= limits::EVENT_TIMES {
            self.unanswered.waiting.remove(&(link, number));
            return;
        }
        if connected {
            out.tell(link, event.clone());
        }
        let times = times + u8::from(connected);
        self.alarms.set(now + limits::EVENT_ANSWER, Alarm::Unanswered(link, number, times));
    }
}
