//! Calls that we cancelled and that were refused for it, and the answer that may come all the same.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rsipstack::sip::{Request, Response};
use tokio::time::Instant;

use crate::core::Core;
use crate::dialog::Dialog;
use crate::limits;
use crate::live;

/// The latest of them. An answer to one, from a fork that the CANCEL did not reach, makes a call that the
/// called party believes in: it is acknowledged and ended (RFC 3261 §13.2.2.4).
#[derive(Default)]
pub(crate) struct Cancelled(Mutex<VecDeque<Call>>);

struct Call {
    since: Instant,
    /// Our tag.
    tag: String,
    dialog: Dialog,
    /// Our INVITE, without its body: what an ACK takes its number and credentials from.
    invite: Request,
    /// Answers that are still cared for.
    answers: u32,
}

impl Cancelled {
    /// Remembers a call by our tag in it. The oldest goes where there are too many.
    pub(crate) fn add(&self, tag: String, dialog: Dialog, invite: &Request) {
        let invite = Request { body: Vec::new(), ..invite.clone() };
        let call = Call { since: Instant::now(), tag, dialog, invite, answers: limits::FORKS };
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == limits::CANCELLED {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// The dialog that an answer to the call with this tag makes, and our INVITE; none where that call is not
    /// remembered, or was answered too often.
    fn take(&self, tag: &str, core: &Core) -> Option<(Dialog, Request)> {
        // What is that old was answered as long ago as a 2xx is repeated (RFC 3261 §13.3.1.4).
        let life = core.settings.limits.t1 * 64;
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while calls.front().is_some_and(|call| call.since.elapsed() > life) {
            calls.pop_front();
        }
        let call = calls.iter_mut().find(|call| call.tag == tag)?;
        call.answers = call.answers.checked_sub(1)?;
        Some((call.dialog.clone(), call.invite.clone()))
    }
}

impl Core {
    /// Ends the call that a 2xx makes of one that was cancelled; whether it was such a 2xx.
    pub(crate) fn end_cancelled(self: &Arc<Self>, tag: &str, response: &Response) -> bool {
        let Some((mut dialog, invite)) = self.cancelled.take(tag, self) else { return false };
        if dialog.learn(response) {
            let core = Arc::clone(self);
            self.runtime.spawn(async move {
                let ack = dialog.ack(&invite, &core.settings.user_agent);
                core.deliver(ack, &dialog.next_hop()).await;
                live::bye(&core, &mut dialog).await;
            });
        }
        true
    }
}
