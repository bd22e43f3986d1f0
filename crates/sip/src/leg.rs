//! The legs there are, what reaches each of them, and the one way in which each ends.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use edge::signal::{Cause, Command, End, Event, Side};
use edge::{LegId, Line, Q850};
use rsipstack::sip::{Request, Response};
use rsipstack::transaction::{Transaction, random_text};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use crate::core::Core;
use crate::dialog::Dialog;
use crate::fields;
use crate::limits;
use crate::replaces::Replaces;
use crate::ring::Rung;

/// What reaches one call.
pub(crate) enum Inward {
    /// The switch wants something.
    Command(Command),
    /// The far side sent a request in the dialog.
    Request(Box<Transaction>),
    /// The far side answered our INVITE.
    Response(Box<Response>),
    /// The far side acknowledged our 2xx to its INVITE.
    Acknowledged(Box<Request>),
    /// The far side never acknowledged it.
    Unacknowledged,
    /// The far side cancelled its INVITE, and the network's cause where it told one.
    Cancelled(Option<Q850>),
    /// What became of a place of the station that is called.
    Rung(Rung),
    /// What came of our UPDATE; none when nothing did.
    Updated(Option<Box<Response>>),
    /// The TCP connection under our INVITE is gone.
    Closed,
    /// The deadline that [`Leg::next`] was given has passed.
    Deadline,
}

/// The legs there are.
#[derive(Default)]
pub(crate) struct Legs(Mutex<Index>);

#[derive(Default)]
struct Index {
    by_id: HashMap<LegId, Entry>,
    /// Our tag names the dialog: every tag is ours alone and is used once.
    by_tag: HashMap<String, LegId>,
    /// The dialogs of calls that are up.
    up: HashMap<LegId, Up>,
    /// Our tags of dialogs that are over and whose BYE is on its way.
    parting: HashSet<String>,
    /// The INVITEs of calls that arrived, as [`invite_name`] names them.
    invites: HashSet<String>,
}

#[derive(Clone)]
struct Entry {
    inbox: mpsc::Sender<Inward>,
    overflow: Arc<AtomicBool>,
}

/// What names the dialog of a call that is up, beside our tag, and whose it is.
struct Up {
    call_id: String,
    remote_tag: String,
    line: Option<Line>,
}

impl Legs {
    fn lock(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The dialogs there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Whether a call is under way that this INVITE began by another way.
    pub(crate) fn has_invite(&self, name: &str) -> bool {
        self.lock().invites.contains(name)
    }

    /// Whether one of our dialogs has this tag.
    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        self.lock().by_tag.contains_key(tag)
    }

    /// The leg of a call that is up and that this names, and the line it is on.
    pub(crate) fn replaced(&self, replaces: &Replaces) -> Option<(LegId, Option<Line>)> {
        let index = self.lock();
        let leg = *index.by_tag.get(&replaces.to_tag)?;
        let up = index.up.get(&leg)?;
        (up.call_id == replaces.call_id && up.remote_tag == replaces.from_tag).then_some((leg, up.line))
    }

    /// The BYE of a dialog of ours is on its way.
    pub(crate) fn part(&self, tag: &str) {
        self.lock().parting.insert(tag.to_owned());
    }

    /// It has been answered, or it never will be.
    pub(crate) fn parted(&self, tag: &str) {
        self.lock().parting.remove(tag);
    }

    /// Whether a BYE of ours for the dialog with this tag is on its way.
    pub(crate) fn is_parting(&self, tag: &str) -> bool {
        self.lock().parting.contains(tag)
    }

    /// Hands a command to its leg. A leg whose inbox is full is told to end with `Overload`; a command
    /// for a leg that is gone crosses its `Ended` and has no meaning any more.
    pub(crate) fn command(&self, leg: LegId, command: Command) {
        let Some(entry) = self.lock().by_id.get(&leg).cloned() else { return };
        // Not under the lock: who is woken would find it taken.
        if entry.inbox.try_send(Inward::Command(command)).is_err() {
            entry.overflow.store(true, Ordering::Relaxed);
        }
    }

    /// Tells every leg to end, because this server is closing.
    pub(crate) fn end_all(&self) {
        for (leg, entry) in &self.lock().by_id {
            let command = Command::HangUp { leg: *leg, cause: Cause::Overload };
            if entry.inbox.try_send(Inward::Command(command)).is_err() {
                entry.overflow.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Hands something to the dialog with this tag, if there is one and it has room: for what the far
    /// side repeats anyhow.
    pub(crate) fn hand(&self, tag: &str, inward: Inward) {
        let index = self.lock();
        if let Some(entry) = index.by_tag.get(tag).and_then(|leg| index.by_id.get(leg)) {
            let _ = entry.inbox.try_send(inward);
        }
    }

    /// Hands a request to the dialog with this tag; gives it back when there is none, or its inbox is full.
    pub(crate) fn request(&self, tag: &str, request: Box<Transaction>) -> Result<(), Box<Transaction>> {
        let index = self.lock();
        let Some(entry) = index.by_tag.get(tag).and_then(|leg| index.by_id.get(leg)) else {
            return Err(request);
        };
        entry.inbox.try_send(Inward::Request(request)).map_err(|refused| match refused.into_inner() {
            Inward::Request(request) => request,
            _ => unreachable!("what comes back is what was sent"),
        })
    }
}

/// What an INVITE keeps on every way that it takes to us (RFC 3261 §8.2.2.2): From tag, Call-ID, CSeq.
pub(crate) fn invite_name(invite: &Request) -> Option<String> {
    let tag = fields::param(fields::first(invite, "From")?, "tag")?;
    Some(format!("{tag} {} {}", fields::first(invite, "Call-ID")?, fields::first(invite, "CSeq")?))
}

/// One leg, as its own task holds it: the only one that tells its events.
pub(crate) struct Leg {
    pub(crate) core: Arc<Core>,
    pub(crate) id: LegId,
    /// What it runs over.
    pub(crate) line: Option<Line>,
    /// Our tag in its dialog.
    pub(crate) tag: String,
    /// For the tasks that run the transactions of this leg.
    pub(crate) sender: mpsc::Sender<Inward>,
    inbox: mpsc::Receiver<Inward>,
    overflow: Arc<AtomicBool>,
    open: bool,
    /// What its INVITE is known by, where it arrived.
    invite: Option<String>,
    /// One of the calls there may be at once; held until the last transaction is cared for.
    _permit: OwnedSemaphorePermit,
}

impl Leg {
    /// A new leg with a tag of its own; none if there is one of this name already, or of this INVITE.
    pub(crate) fn open(
        core: &Arc<Core>,
        id: LegId,
        line: Option<Line>,
        invite: Option<String>,
        permit: OwnedSemaphorePermit,
    ) -> Option<Self> {
        let (sender, inbox) = mpsc::channel(limits::INBOX);
        let overflow = Arc::new(AtomicBool::new(false));
        let tag = random_text(16);
        {
            let mut index = core.legs.lock();
            if index.by_id.contains_key(&id) || invite.as_ref().is_some_and(|i| index.invites.contains(i)) {
                return None;
            }
            index.invites.extend(invite.clone());
            index.by_id.insert(id, Entry { inbox: sender.clone(), overflow: Arc::clone(&overflow) });
            index.by_tag.insert(tag.clone(), id);
        }
        Some(Self {
            core: Arc::clone(core),
            id,
            line,
            tag,
            sender,
            inbox,
            overflow,
            open: true,
            invite,
            _permit: permit,
        })
    }

    /// Tells the switch, unless the leg has ended: nothing follows that.
    pub(crate) fn tell(&self, event: Event) {
        if self.open {
            self.core.outbox.post(event);
        }
    }

    /// Its call is up in this dialog: others may name it from now on.
    pub(crate) fn confirm(&self, dialog: &Dialog) {
        let mut index = self.core.legs.lock();
        if let (true, Some(remote_tag)) = (self.open, dialog.remote_tag()) {
            let (call_id, remote_tag) = (dialog.call_id().to_owned(), remote_tag.to_owned());
            index.up.insert(self.id, Up { call_id, remote_tag, line: self.line });
        }
    }

    /// Ends the leg for the switch, once: its dialog is gone, `Ended` is the last that is told. What is
    /// left of its transactions may still run.
    pub(crate) fn end(&mut self, end: End) {
        if !std::mem::replace(&mut self.open, false) {
            return;
        }
        self.remove();
        self.core.outbox.post(Event::Ended { leg: self.id, end });
    }

    /// Lets go of a leg that the switch was never told of.
    pub(crate) fn forget(mut self) {
        self.open = false;
        self.remove();
    }

    fn remove(&self) {
        let mut index = self.core.legs.lock();
        index.by_id.remove(&self.id);
        index.up.remove(&self.id);
        index.by_tag.remove(&self.tag);
        if let Some(invite) = &self.invite {
            index.invites.remove(invite);
        }
    }

    /// Answers what still waits in the inbox of a leg that has ended (RFC 3261 §15.1.2).
    pub(crate) async fn turn_away(&mut self) {
        while let Ok(inward) = self.inbox.try_recv() {
            if let Inward::Request(request) = inward {
                self.core.reply(request, 481, Vec::new(), Vec::new()).await;
            }
        }
    }

    /// Whether [`Leg::end`] is still to come.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Lets a request come again, after what waits already; it is repeated when there is no room for it.
    pub(crate) fn postpone(&self, request: Box<Transaction>) {
        let _ = self.sender.try_send(Inward::Request(request));
    }

    /// What reaches the leg next, or [`Inward::Deadline`].
    pub(crate) async fn next(&mut self, deadline: Option<Instant>) -> Inward {
        if self.overflow.swap(false, Ordering::Relaxed) {
            return Inward::Command(Command::HangUp { leg: self.id, cause: Cause::Overload });
        }
        let inward = match deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, self.inbox.recv()).await,
            None => Ok(self.inbox.recv().await),
        };
        match inward {
            Ok(Some(inward)) => inward,
            Ok(None) => unreachable!("the leg holds a sender of its own"),
            Err(_) => Inward::Deadline,
        }
    }
}

impl Drop for Leg {
    /// Only a task that panicked or was dropped with its runtime comes here with its leg open: the
    /// switch hears of it all the same.
    fn drop(&mut self) {
        self.end(End { by: Side::Us, cause: Cause::Lost, status: None, q850: None });
    }
}
