//! The registrar of our telephones (RFC 3261 §10.3).

use edge::StationId;
use rsipstack::sip::{Header, Request};
use rsipstack::transaction::Transaction;

use crate::bindings::{Asked, Order, Refused};
use crate::core::Core;
use crate::fields;
use crate::flow::Flow;
use crate::limits;

impl Core {
    /// Answers a REGISTER that has proved to be from this station.
    pub(crate) async fn registrar(&self, transaction: Box<Transaction>, station: StationId, flow: Flow) {
        let (status, headers) = self.registered(&transaction.original, station, &flow);
        self.reply(transaction, status, headers, Vec::new()).await;
    }

    fn registered(&self, register: &Request, station: StationId, flow: &Flow) -> (u16, Vec<Header>) {
        // §10.3 step 4 and 5: of itself and of nobody else.
        let record = fields::first(register, "To").map(|to| fields::user(fields::uri(to)));
        if record != Some(station.0.to_string()) {
            self.security(flow.server(), &format!("{station} would register another"));
            return (403, Vec::new());
        }
        // §10.3 step 2, 8.2.2.3: `outbound` is served where the flow is a connection.
        let mut required = fields::values(register, "Require").flat_map(fields::list);
        if let Some(option) = required.find(|option| !option.is_empty() && *option != OUTBOUND) {
            return (420, vec![Header::Unsupported(option.into())]);
        }
        let bounds = &self.settings.limits;
        let asked = Asked::read(
            fields::values(register, "Contact"),
            flow.transport,
            fields::first(register, "Expires"),
            bounds.contact_least,
            bounds.contact_longest,
        );
        let sequence = fields::first(register, "CSeq").and_then(|text| text.split(' ').next()?.parse().ok());
        let user_agent = fields::first(register, "User-Agent").unwrap_or_default();
        let user_agent: String =
            user_agent.chars().filter(|c| !c.is_control()).take(limits::NUMBER).collect();
        let order = Order {
            call_id: fields::first(register, "Call-ID").unwrap_or_default(),
            sequence: sequence.unwrap_or_default(),
            user_agent: &user_agent,
        };
        flow.trust();
        match asked.and_then(|asked| self.register(station, &asked, &order, &flow.clone().kept())) {
            Ok(contacts) => {
                let mut headers: Vec<Header> =
                    contacts.into_iter().map(|contact| Header::Contact(contact.into())).collect();
                headers.extend(outbound(register, flow));
                (200, headers)
            }
            Err(Refused::Malformed) => (400, Vec::new()),
            Err(Refused::OutOfOrder) => (500, Vec::new()),
            Err(Refused::TooBrief) => {
                let least = bounds.contact_least.as_secs().to_string();
                (423, vec![Header::MinExpires(least.into())])
            }
        }
    }
}

/// The option of RFC 5626.
const OUTBOUND: &str = "outbound";

/// Says that the flow of a REGISTER is used for the telephone's calls, where it asked for that (RFC 5626 §6):
/// over UDP we would have to answer STUN.
fn outbound(register: &Request, flow: &Flow) -> Option<Header> {
    let asked = fields::values(register, "Supported").flat_map(fields::list).any(|o| o == OUTBOUND);
    let named = fields::values(register, "Contact").any(|c| fields::param(c, "reg-id").is_some());
    (asked && named && flow.is_connection()).then(|| Header::Require(OUTBOUND.into()))
}
