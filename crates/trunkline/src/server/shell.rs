//! The shell of the switch: feeds it what happens, with the time, and carries out what it says.
//!
//! One thread owns the switch and the links; a request is served and answered without changing threads.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::{Instant, SystemTime};

use control::{Alert, CapOf, ConnectionId, Input, Missing, Note, Output, Sought, Switch, Ticket};
use edge::sound::{Event, RecordEnd};
use protocol::{Framer, Message, Spelling};
use tokio::sync::{Notify, mpsc};

use super::agents::AgentFile;
use super::answered::AnsweredFile;
use super::connection::Connection;
use super::failures::FailureFile;
use super::flight::Flight;
use super::journal::Journals;
use super::records::Records;
use super::security::{Refusal, SecurityLog};
use super::stream::{Incoming, Outgoing};
use super::traces::Traces;
use crate::config::Config;
use crate::limits;
use crate::traffic::Direction;
use crate::voice_files::{Library, Order, Recorder, Responses, Unmade};

/// What the switch commands: the other side of its outputs.
pub(crate) struct Hands {
    pub(crate) signal: Weak<sip::Endpoint>,
    pub(crate) sound: Arc<rtp::Engine>,
    pub(crate) library: Library,
    pub(crate) recorder: Recorder,
    pub(crate) responses: Responses,
    /// None at the end of the process.
    pub(crate) records: RefCell<Option<Records>>,
    /// Where what is finished goes in.
    pub(crate) inbox: mpsc::Sender<Input>,
}

/// The switch and everything it commands.
pub(crate) struct Shell {
    pub(crate) config: Config,
    pub(crate) since: Instant,
    pub(crate) switch: RefCell<Switch>,
    pub(crate) hands: Hands,
    links: RefCell<BTreeMap<ConnectionId, Rc<Connection>>>,
    journals: RefCell<Journals>,
    failures: RefCell<FailureFile>,
    agents: RefCell<AgentFile>,
    answered: RefCell<AnsweredFile>,
    pub(crate) traces: Traces,
    /// Links written to since the last flush; may name one twice.
    written: RefCell<Vec<Rc<Connection>>>,
    /// Inputs that came out of carrying out an output, for after it.
    next: RefCell<VecDeque<Input>>,
    outputs: RefCell<Vec<Output>>,
    buffer: RefCell<Box<[u8]>>,
    flight: RefCell<Flight>,
    pub(crate) security: SecurityLog,
    spelling: Spelling,
    next_link: Cell<u64>,
    panics: Cell<u32>,
    /// What is slept for.
    pub(crate) armed: Cell<Option<Instant>>,
    /// Something is due earlier than what is slept for.
    pub(crate) rearm: Notify,
    /// The exit is complete, or the switch cannot go on.
    pub(crate) over: Notify,
    pub(crate) fatal: Cell<bool>,
}

impl Shell {
    pub(crate) fn new(
        config: Config,
        switch: Switch,
        journals: Journals,
        failures: FailureFile,
        agents: AgentFile,
        answered: AnsweredFile,
        hands: Hands,
    ) -> Self {
        let spelling = config.link.spelling;
        Self {
            config,
            since: Instant::now(),
            switch: RefCell::new(switch),
            hands,
            links: RefCell::default(),
            journals: RefCell::new(journals),
            failures: RefCell::new(failures),
            agents: RefCell::new(agents),
            answered: RefCell::new(answered),
            traces: Traces::default(),
            written: RefCell::default(),
            next: RefCell::default(),
            outputs: RefCell::default(),
            buffer: RefCell::new(vec![0; limits::READ].into_boxed_slice()),
            flight: RefCell::new(Flight::new()),
            security: SecurityLog::new(),
            spelling,
            next_link: Cell::new(0),
            panics: Cell::new(0),
            armed: Cell::new(None),
            rearm: Notify::new(),
            over: Notify::new(),
            fatal: Cell::new(false),
        }
    }

    /// Feeds the switch one input and carries out what it says. Messages leave with [`Shell::flush`].
    pub(crate) fn handle(&self, input: Input) {
        let mut input = Some(input);
        while let Some(now_handled) = input.take() {
            self.handle_one(now_handled);
            input = self.next.borrow_mut().pop_front();
        }
    }

    fn handle_one(&self, input: Input) {
        let now = Instant::now();
        let mut outputs = self.outputs.take();
        let mut switch = self.switch.borrow_mut();
        self.flight.borrow_mut().note(now, &input);
        log_failure(&input);
        if let Input::Sound(Event::Closed { leg, seen }) = &input {
            self.record(|records| records.closed(now, *leg, *seen));
        }
        let sound = catch_unwind(AssertUnwindSafe(|| switch.handle(now, input, &mut outputs)));
        match sound {
            Ok(()) => self.panics.set(0),
            Err(_) => self.survive(now, &mut switch, &mut outputs),
        }
        drop(switch);
        for output in outputs.drain(..) {
            self.carry_out(output);
        }
        *self.outputs.borrow_mut() = outputs;
        let next = self.next_due();
        if next.is_some_and(|next| self.armed.get().is_none_or(|armed| next < armed)) {
            self.rearm.notify_one();
        }
    }

    /// When something is due that no input brings: a timeout of the switch, or a record to be written.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let records = self.hands.records.borrow().as_ref().and_then(Records::next_due);
        self.switch.borrow().next_timeout().into_iter().chain(records).min()
    }

    /// A broken invariant ends the one call it was about; twice in a row, and the process ends for its
    /// supervisor.
    fn survive(&self, now: Instant, switch: &mut Switch, outputs: &mut Vec<Output>) {
        self.panics.set(self.panics.get() + 1);
        match self.flight.borrow_mut().write(&self.config.files.data, now) {
            Ok(path) => tracing::error!("call control panicked: the flight record is {}", path.display()),
            Err(error) => tracing::error!("call control panicked, and its flight record is lost: {error}"),
        }
        let ended = catch_unwind(AssertUnwindSafe(|| switch.survive(now, outputs)));
        if ended.is_err() || self.panics.get() >= limits::PANICS {
            tracing::error!("call control cannot go on: the server ends");
            self.fatal.set(true);
            self.over.notify_one();
        }
    }

    fn carry_out(&self, output: Output) {
        match output {
            Output::Send { connection, message, number } => self.write(connection, &message, number),
            Output::Keep { name, number, message } => {
                self.journals.borrow_mut().keep(&name, number, &message);
            }
            Output::Forget { name, which } => self.journals.borrow_mut().forget(&name, which),
            Output::Close { connection } => {
                if let Some(connection) = self.links.borrow().get(&connection) {
                    connection.close();
                    self.written.borrow_mut().push(Rc::clone(connection));
                }
            }
            Output::Unsaid { link, refusal } => {
                let (msgid, refusal) = (refusal.msgid(), protocol::line::write(&refusal.element()));
                tracing::warn!(%link, %msgid, "what RECEIVE_CALL was answered with cannot be had: {refusal}");
            }
            Output::Denied { peer, denial } => self.security.refuse(peer, Refusal::Mailbox(denial)),
            Output::Failed(failure) => self.failures.borrow_mut().add(SystemTime::now(), &failure),
            Output::Answered { campaign, is_abandoned } => {
                self.answered.borrow_mut().add(SystemTime::now(), campaign, is_abandoned);
            }
            Output::Agent(standing) => self.agents.borrow_mut().add(SystemTime::now(), &standing),
            Output::Find { ticket, sought } => self.find(ticket, sought),
            // At the very end of the process there is no network left to command.
            Output::Signal(command) => {
                if let Some(endpoint) = self.hands.signal.upgrade() {
                    endpoint.send(command);
                }
            }
            Output::Sound(command) => self.hands.sound.send(command),
            Output::Make { record, name, tracks, idle } => {
                self.make(Order { record, name: name.to_string(), tracks, idle });
            }
            Output::Discard { record } => self.hands.recorder.discard(&self.hands.library, record),
            Output::Note { ticket, note } => self.note(ticket, note),
            Output::Alert(alert) => self.alert(&alert),
            Output::Record(cdr) => {
                self.record(|records| records.ended(Instant::now(), SystemTime::now(), &cdr));
            }
            Output::Exited => self.over.notify_one(),
        }
    }

    pub(crate) fn write(&self, connection: ConnectionId, message: &Message, number: Option<u64>) {
        // A connection that is gone gets nothing: its messages end here.
        let links = self.links.borrow();
        let Some(connection) = links.get(&connection) else { return };
        connection.write(message, self.spelling, number);
        if !self.traces.is_empty() {
            self.traces.message(Direction::ToApplication, connection.id, &message.element(), message.port());
        }
        let mut written = self.written.borrow_mut();
        if written.last().is_none_or(|last| last.id != connection.id) {
            written.push(Rc::clone(connection));
        }
    }

    /// Sends what was written since the last flush.
    pub(crate) fn flush(&self) {
        // What is kept is written down before anyone can have received it.
        self.journals.borrow_mut().flush();
        self.failures.borrow_mut().flush();
        self.agents.borrow_mut().flush();
        self.answered.borrow_mut().flush();
        self.record(|records| records.flush(Instant::now()));
        let mut written = self.written.take();
        for connection in written.drain(..) {
            connection.flush();
        }
        *self.written.borrow_mut() = written;
    }

    fn record(&self, act: impl FnOnce(&mut Records)) {
        if let Some(records) = &mut *self.hands.records.borrow_mut() {
            act(records);
        }
    }

    /// Whether a call is over whose record is not whole.
    pub(crate) fn has_open_records(&self) -> bool {
        self.hands.records.borrow().as_ref().is_some_and(Records::are_open)
    }

    /// No call is recorded any more.
    pub(crate) fn end_records(&self) {
        if let Some(records) = self.hands.records.take() {
            records.end(Instant::now());
        }
    }

    /// Calls by the hour that somebody should look at go to the log, under a target of their own.
    fn alert(&self, alert: &Alert) {
        let of = match &alert.of {
            CapOf::Server => "the server".to_owned(),
            CapOf::Trunk(trunk) => {
                let trunk = self.config.trunks.get(usize::from(trunk.0));
                format!("trunk {}", trunk.map_or("", |trunk| &trunk.name))
            }
            CapOf::Campaign(name) => format!("campaign {name}"),
        };
        let (calls, cap) = (alert.calls, alert.cap);
        tracing::warn!(target: "alarm", of, calls, cap, "calls in an hour");
    }

    fn find(&self, ticket: Ticket, sought: Vec<Sought>) {
        let count = sought.len();
        let inbox = self.hands.inbox.clone();
        let asked = self.hands.library.find(ticket.0, sought, move |ticket, files| {
            let told =
                |file: Result<_, crate::voice_files::Missing>| file.map_err(|m| Missing(m.to_string()));
            let files = files.into_iter().map(told).collect();
            // The thread of a disk may wait for the switch; the switch never waits for it. Only at the
            // end of the process is the switch gone.
            let _ = inbox.blocking_send(Input::Found { ticket: Ticket(ticket), files });
        });
        if asked.is_err() {
            let files = vec![Err(Missing("too many files are being read".into())); count];
            self.next.borrow_mut().push_back(Input::Found { ticket, files });
        }
    }

    fn make(&self, order: Order) {
        let (record, inbox) = (order.record, self.hands.inbox.clone());
        let reply = move |made: Result<(), Unmade>| {
            let result = made.map_err(|unmade| Missing(unmade.to_string()));
            let _ = inbox.blocking_send(Input::Made { record, result });
        };
        if self.hands.recorder.make(&self.hands.library, order, reply).is_err() {
            let result = Err(Missing("too many files are being read".into()));
            self.next.borrow_mut().push_back(Input::Made { record, result });
        }
    }

    fn note(&self, ticket: Ticket, note: Note) {
        let inbox = self.hands.inbox.clone();
        let msgid = note.msgid.clone();
        let told = move || drop(inbox.blocking_send(Input::Noted { ticket }));
        if self.hands.responses.note(&self.hands.library, note, told).is_err() {
            tracing::error!(%msgid, "the digits of a play are lost: too many files are being read");
            self.next.borrow_mut().push_back(Input::Noted { ticket });
        }
    }

    pub(crate) fn connect(&self, stream: Outgoing, peer: SocketAddr) -> Rc<Connection> {
        let id = ConnectionId(self.next_link.get() + 1);
        self.next_link.set(id.0);
        let connection = Rc::new(Connection::new(id, peer, stream));
        self.links.borrow_mut().insert(id, Rc::clone(&connection));
        tracing::info!(connection = %id, %peer, "link connected");
        connection
    }

    pub(crate) fn disconnect(&self, connection: ConnectionId) {
        self.links.borrow_mut().remove(&connection);
    }

    pub(crate) fn connections(&self) -> usize {
        self.links.borrow().len()
    }

    /// Whether any connection has octets to send.
    pub(crate) fn unsent(&self) -> bool {
        self.links.borrow().values().any(|connection| connection.unsent() > 0)
    }

    pub(crate) fn connection(&self, connection: ConnectionId) -> Option<Rc<Connection>> {
        self.links.borrow().get(&connection).cloned()
    }

    /// Which numbered messages have surely arrived, by connection.
    pub(crate) fn arrivals(&self) -> Vec<(ConnectionId, u64)> {
        let now = Instant::now();
        let links = self.links.borrow();
        links.values().filter_map(|connection| Some((connection.id, connection.arrived(now)?))).collect()
    }

    /// Reads what a connection has into its framer, once there is something; how many octets came.
    pub(crate) fn poll_read(
        &self,
        context: &mut Context<'_>,
        stream: &mut Incoming,
        framer: &mut Framer,
    ) -> Poll<io::Result<usize>> {
        let mut buffer = self.buffer.borrow_mut();
        let read = ready!(stream.poll_read(context, &mut buffer))?;
        framer.push(&buffer[..read]);
        Poll::Ready(Ok(read))
    }
}

/// What the disk could not do: applications hear that it failed, the log says why.
fn log_failure(input: &Input) {
    match input {
        Input::Found { ticket, files } => {
            for (Missing(why), place) in
                files.iter().zip(1..).filter_map(|(file, n)| Some((file.as_ref().err()?, n)))
            {
                tracing::info!(ticket = ticket.0, place, "a voice file is missing: {why}");
            }
        }
        Input::Made { record, result: Err(Missing(why)) } => {
            tracing::warn!(%record, "a file to record into cannot be made: {why}");
        }
        Input::Sound(Event::Recorded { record, end: RecordEnd::Failed(why), length }) => {
            tracing::warn!(%record, length_ms = length.as_millis(), "a recording failed: {why}");
        }
        _ => {}
    }
}
