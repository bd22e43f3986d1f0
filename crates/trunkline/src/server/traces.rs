//! Who follows the traffic of the links: each gets what passes its filter, and the server never waits.

use std::cell::{Cell, RefCell};

use control::ConnectionId;
use protocol::{Element, PortText};
use tokio::sync::mpsc::error::TrySendError;

use crate::control_socket::{Filter, Traced, Tracer};
use crate::traffic::{Crossing, Direction};

/// Tracers at a time.
const TRACERS: usize = 16;

/// The tracers that are there.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    taps: RefCell<Vec<Tap>>,
}

/// One tracer.
#[derive(Debug)]
struct Tap {
    tracer: Tracer,
    /// Messages that it had no room for, and has not been told of.
    lost: Cell<u64>,
}

impl Traces {
    /// Takes one more; where there are too many, it is dropped, by which it knows.
    pub(crate) fn add(&self, tracer: Tracer) {
        let mut taps = self.taps.borrow_mut();
        taps.retain(Tap::is_there);
        if taps.len() < TRACERS {
            taps.push(Tap { tracer, lost: Cell::new(0) });
        }
    }

    /// Lets all of them go.
    pub(crate) fn end(&self) {
        self.taps.borrow_mut().clear();
    }

    /// Whether nobody follows: then a message costs nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.taps.borrow().is_empty()
    }

    /// Tells who asked for it of a message.
    pub(crate) fn message(
        &self,
        direction: Direction,
        link: ConnectionId,
        element: &Element,
        port: Option<&PortText>,
    ) {
        let port = port.and_then(PortText::number);
        self.tell(link, port, element.msgid(), || Crossing::now(direction, Some(link.0), element).masked());
    }

    /// Tells that something came that is no message.
    pub(crate) fn unreadable(&self, link: ConnectionId, root: &str, msgid: &str) {
        self.tell(link, None, msgid, || {
            // A broken root is an excerpt of what came; one that is a name is one.
            let named = root.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            Crossing::unreadable(Direction::ToServer, Some(link.0), if named { root } else { "" }, "")
        });
    }

    fn tell(&self, link: ConnectionId, port: Option<u32>, msgid: &str, crossing: impl Fn() -> Crossing) {
        let mut taps = self.taps.borrow_mut();
        taps.retain(|tap| !tap.tracer.filter.passes(link.0, port, msgid) || tap.tell(&crossing));
    }
}

impl Tap {
    fn is_there(&self) -> bool {
        !self.tracer.lines.is_closed()
    }

    /// Tells it, or notes that it missed a message; whether it is still there.
    fn tell(&self, crossing: &impl Fn() -> Crossing) -> bool {
        let lost = self.lost.get();
        if lost > 0 {
            match self.tracer.lines.try_send(Traced::Lost(lost)) {
                Ok(()) => self.lost.set(0),
                Err(TrySendError::Full(_)) => {
                    self.lost.set(lost + 1);
                    return true;
                }
                Err(TrySendError::Closed(_)) => return false,
            }
        }
        match self.tracer.lines.try_send(Traced::Message(crossing())) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.lost.set(self.lost.get() + 1);
                true
            }
            Err(TrySendError::Closed(_)) => false,
        }
    }
}

impl Filter {
    /// Whether a message passes.
    fn passes(&self, link: u64, port: Option<u32>, msgid: &str) -> bool {
        self.link.is_none_or(|wanted| wanted == link)
            && self.port.is_none_or(|wanted| Some(wanted) == port)
            && self.msgid.as_deref().is_none_or(|wanted| wanted == msgid)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn tell(traces: &Traces, link: u64, line: &str) {
        let element = protocol::line::read(line).expect("a line");
        let port = element.get("TRUNK_PORT").map(PortText::from);
        traces.message(Direction::ToServer, ConnectionId(link), &element, port.as_ref());
    }

    fn roots(lines: &mut mpsc::Receiver<Traced>) -> Vec<String> {
        let mut roots = Vec::new();
        while let Ok(traced) = lines.try_recv() {
            roots.push(match traced {
                Traced::Message(crossing) => crossing.root,
                Traced::Lost(lost) => format!("lost {lost}"),
            });
        }
        roots
    }

    #[test]
    fn a_filter_lets_through_what_it_names() {
        let traces = Traces::default();
        let add = |filter| {
            let (lines, told) = mpsc::channel(8);
            traces.add(Tracer { filter, lines });
            told
        };
        let mut all = add(Filter::default());
        let mut link = add(Filter { link: Some(2), ..Filter::default() });
        let mut port = add(Filter { port: Some(7), ..Filter::default() });
        let mut msgid = add(Filter { msgid: Some("m2".into()), ..Filter::default() });
        tell(&traces, 1, "A/X MSGID=m1 TRUNK_PORT=07");
        tell(&traces, 2, "B/X MSGID=m2 TRUNK_PORT=8");
        tell(&traces, 2, "C/X");
        traces.unreadable(ConnectionId(2), "D", "m2");
        assert_eq!(roots(&mut all), ["A", "B", "C", "D"]);
        assert_eq!(roots(&mut link), ["B", "C", "D"]);
        assert_eq!(roots(&mut port), ["A"]);
        assert_eq!(roots(&mut msgid), ["B", "D"]);
    }

    #[test]
    fn a_slow_tracer_loses_lines_and_is_told_how_many() {
        let traces = Traces::default();
        let (lines, mut told) = mpsc::channel(2);
        traces.add(Tracer { filter: Filter::default(), lines });
        for root in ["A", "B", "C", "D", "E"] {
            tell(&traces, 1, &format!("{root}/X"));
        }
        assert_eq!(roots(&mut told), ["A", "B"]);
        tell(&traces, 1, "F/X");
        tell(&traces, 1, "G/X");
        assert_eq!(roots(&mut told), ["lost 3", "F"]);
        drop(told);
        tell(&traces, 1, "H/X");
        assert!(traces.is_empty());
    }
}
