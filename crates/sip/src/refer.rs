//! A transfer that a telephone of the house asks for: REFER (RFC 3515), with the subscription that tells it
//! what came of that.

use std::sync::Arc;

use edge::Line;
use edge::signal::{Event, Referral, Transfer as Progress};
use rsipstack::sip::{Header, Method, Request, StatusCode};
use rsipstack::transaction::Transaction;

use crate::cause;
use crate::core::{Core, retry_after};
use crate::fields;
use crate::leg::Leg;
use crate::live::{self, Live};
use crate::replaces::Replaces;

/// How long the subscription of a REFER lasts at most, in seconds, as its NOTIFYs say.
const SUBSCRIPTION: u32 = 300;

/// A transfer under way.
pub(crate) struct Transfer {
    /// The value of Event in its NOTIFYs; none where the telephone wants none (RFC 4488).
    event: Option<String>,
}

impl Live {
    /// A REFER in the dialog of a call that is up.
    pub(crate) async fn refer(&mut self, leg: &Leg, request: Box<Transaction>) {
        let core = &leg.core;
        let to = match self.referral(leg, &request.original) {
            Ok(to) => to,
            Err(status) => {
                let headers = if status == 500 { vec![retry_after()] } else { Vec::new() };
                return core.reply(request, status, headers, Vec::new()).await;
            }
        };
        // RFC 4488 §4: it wants to hear no more of it.
        let silent = fields::first(&request.original, "Refer-Sub")
            .is_some_and(|v| v.split(';').next().unwrap_or(v).trim().eq_ignore_ascii_case("false"));
        let mut headers = vec![Header::Contact(self.dialog.contact().into())];
        if silent {
            headers.push(Header::Other("Refer-Sub".into(), "false".into()));
        }
        // RFC 3515 §2.4.6: from the second on, a REFER is named by its CSeq.
        let event = match fields::sequence(&request.original) {
            Some(number) if self.transfers > 0 => format!("refer;id={number}"),
            _ => "refer".to_owned(),
        };
        self.transfers = self.transfers.saturating_add(1);
        self.transfer = Some(Transfer { event: (!silent).then_some(event) });
        core.reply(request, 202, headers, Vec::new()).await;
        // §2.4.4: at once.
        let state = format!("active;expires={SUBSCRIPTION}");
        self.notify(core, &StatusCode::from(100).to_string(), state).await;
        leg.tell(Event::Referred { leg: leg.id, to });
    }

    /// Whom a REFER means, or the status to refuse it with.
    fn referral(&self, leg: &Leg, request: &Request) -> Result<Referral, u16> {
        // A trunk has no business in connecting our parties with others (security row 9).
        if !matches!(leg.line, Some(Line::Station(_))) {
            return Err(603);
        }
        if self.transfer.is_some() {
            return Err(491);
        }
        if leg.core.outbox.crowded() {
            return Err(500);
        }
        // §2.1: one, and no more.
        let mut targets = fields::values(request, "Refer-To").flat_map(fields::list);
        let (Some(target), None) = (targets.next(), targets.next()) else { return Err(400) };
        let uri = fields::uri(target);
        let (place, headers) = uri.split_once('?').unwrap_or((uri, ""));
        let lower = place.to_ascii_lowercase();
        let scheme = ["sip:", "sips:", "tel:"].iter().any(|scheme| lower.starts_with(scheme));
        if !scheme || (lower.contains(";method=") && !lower.contains(";method=invite")) {
            return Err(603);
        }
        let replaces = headers.split('&').find_map(|header| {
            let (name, value) = header.split_once('=')?;
            name.eq_ignore_ascii_case("Replaces").then(|| fields::decode(value))
        });
        if let Some(replaces) = replaces {
            let replaces = Replaces::read(&replaces).ok_or(400_u16)?;
            let (other, line) = leg.core.legs.replaced(&replaces).ok_or(404_u16)?;
            // A leg of its own, and not this one.
            return if line == leg.line && other != leg.id { Ok(Referral::Leg(other)) } else { Err(403) };
        }
        let number = fields::user(place);
        if number.is_empty() { Err(404) } else { Ok(Referral::Number(number)) }
    }

    /// The switch tells how far the transfer is.
    pub(crate) async fn tell_transfer(&mut self, core: &Arc<Core>, progress: Progress) {
        let status = match progress {
            // Told with the 202.
            Progress::Trying => return,
            Progress::Done => 200,
            Progress::Failed(cause) => cause::to_status(cause),
        };
        let status = StatusCode::from(status).to_string();
        self.notify(core, &status, "terminated;reason=noresource".to_owned()).await;
        self.transfer = None;
    }

    /// Tells the telephone how far its transfer is (§2.4.5).
    async fn notify(&mut self, core: &Arc<Core>, status: &str, state: String) {
        let Some(event) = self.transfer.as_ref().and_then(|transfer| transfer.event.clone()) else { return };
        let flow = live::reopen(core, &mut self.dialog).await;
        let mut request = self.dialog.request(Method::Notify, &core.settings.user_agent);
        request.headers.push(Header::Contact(self.dialog.contact().into()));
        request.headers.push(Header::Event(event.into()));
        request.headers.push(Header::SubscriptionState(state.into()));
        request.headers.push(Header::ContentType("message/sipfrag;version=2.0".into()));
        request.body = format!("SIP/2.0 {status}\r\n").into_bytes();
        core.send_proving(&self.dialog, request, &flow).await;
    }
}
