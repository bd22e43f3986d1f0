//! Whether a trunk is there: OPTIONS from time to time (RFC 3261 §11).

use std::sync::Arc;
use std::time::Instant;

use rsipstack::sip::{Header, Method};

use crate::core::{Core, jittered};
use crate::dialog::Dialog;
use crate::fields;
use crate::limits;

/// Probes a trunk for as long as the endpoint runs.
pub(crate) async fn run(core: Arc<Core>, trunk: usize) {
    let limits = &core.settings.limits;
    loop {
        let probed = tokio::time::timeout(limits.health_patience, probe(&core, trunk)).await;
        let failures = core.trunks[trunk].probed(&core, probed.unwrap_or(Err(None)));
        // A first failure may be one lost datagram too many: it is looked into without delay.
        let doubtful = (1..limits::HEALTH_FAILURES).contains(&failures);
        let wait = if doubtful {
            limits.health_patience.min(limits.health_interval)
        } else {
            limits.health_interval
        };
        tokio::time::sleep(jittered(wait)).await;
    }
}

/// Any final answer shows that somebody is there, but for those that say that nobody is. The error says why
/// not even a question could be asked.
async fn probe(core: &Arc<Core>, trunk: usize) -> Result<(), Option<String>> {
    let address = &core.trunks[trunk].setting.address;
    let Some(server) = core.locate(&core.trunks[trunk]).await else {
        return Err(Some(format!("{} is not known to the DNS", address.host)));
    };
    // Until it has answered, the next one to be tried is another.
    core.trunks[trunk].rest(server, Instant::now());
    let flow = core.flow(server, Some(&address.host)).await;
    let flow = flow.map_err(|why| format!("{} cannot be reached: {why}", server.address))?;
    let scheme = address.scheme();
    let target = fields::stack_uri(&format!("{scheme}:{}", address.host_port())).ok_or(None)?;
    let from = format!("<{scheme}:{}>", core.shown_host(&flow));
    let mut dialog = Dialog::outside(from, target, flow.clone());
    let mut request = dialog.request(Method::Options, &core.settings.user_agent);
    request.headers.push(Header::Contact(dialog.contact().into()));
    request.headers.push(Header::Accept("application/sdp".into()));
    let response = core.ask(request, &flow).await;
    let alive = response.is_some_and(|r| !matches!(r.status_code.code(), 408 | 503));
    if alive {
        core.trunks[trunk].rested(server);
    }
    if alive { Ok(()) } else { Err(None) }
}
