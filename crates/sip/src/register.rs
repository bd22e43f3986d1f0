//! Registration at a trunk (RFC 3261 §10.2).

use std::sync::Arc;
use std::time::Duration;

use rsipstack::sip::{Header, Method, Request, Response};

use crate::core::{Core, Phase, jittered};
use crate::dialog::Dialog;
use crate::fields;
use crate::limits;

/// The shortest registration that is worth asking for again.
const SHORTEST: Duration = Duration::from_secs(10);
/// The longest that a registrar may make us ask for.
const LONGEST: Duration = Duration::from_secs(86_400);

/// A registration under way: one Call-ID, a CSeq that rises (§10.2).
struct Binding {
    core: Arc<Core>,
    trunk: usize,
    dialog: Option<Dialog>,
    /// The life that is asked for.
    life: Duration,
}

/// Keeps a trunk registered until the endpoint closes, and takes the registration back then.
pub(crate) async fn run(core: Arc<Core>, trunk: usize) {
    let mut closing = core.phase.subscribe();
    let first_pause = core.settings.limits.registration_pause;
    let life = core.settings.limits.registration;
    let mut binding = Binding { core: Arc::clone(&core), trunk, dialog: None, life };
    let mut pause = first_pause;
    let mut registered = false;
    loop {
        let outcome = binding.register(binding.life).await;
        let wait = match &outcome {
            Ok(granted) => {
                pause = first_pause;
                registered = true;
                // Early enough for two more tries before it runs out.
                jittered(*granted * 4 / 5)
            }
            Err(_) => {
                let wait = jittered(pause);
                pause = (pause * 2).min(limits::REGISTRATION_PAUSE_MAX);
                // A new start: the registrar may have forgotten the old Call-ID.
                binding.dialog = None;
                wait
            }
        };
        core.trunks[trunk].registered(&core, outcome.map(|_| ()));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = closing.wait_for(|phase| *phase > Phase::Running) => break,
        }
    }
    if registered {
        // §10.2.2: a life of zero removes the binding. Nobody waits for long.
        let _ = binding.register(Duration::ZERO).await;
    }
}

impl Binding {
    /// Registers once; the life that was granted, or why not.
    async fn register(&mut self, life: Duration) -> Result<Duration, String> {
        let core = Arc::clone(&self.core);
        let trunk = &core.trunks[self.trunk];
        let address = &trunk.setting.address;
        let flow = core.reach(trunk).await?;
        if let Some(dialog) = &mut self.dialog {
            dialog.flow = flow.clone();
        }
        if self.dialog.is_none() {
            let user = fields::encode(trunk.setting.username.as_deref().unwrap_or("anonymous"));
            let (scheme, host) = (address.scheme(), address.host_port());
            let target = fields::stack_uri(&format!("{scheme}:{host}")).ok_or("its address is no SIP URI")?;
            let record = format!("<{scheme}:{user}@{host}>");
            self.dialog = Some(Dialog::outside(record, target, flow.clone()));
        }
        let dialog = self.dialog.as_mut().expect("made just now");
        let mut again = None;
        loop {
            let mut request = dialog.request(Method::Register, &core.settings.user_agent);
            request.headers.push(Header::Contact(dialog.contact().into()));
            request.headers.push(Header::Expires(life.as_secs().to_string().into()));
            let answering = again.is_some();
            request.headers.extend(again.take().into_iter().collect());
            let response = core.ask(request.clone(), &flow).await.ok_or("no answer")?;
            match response.status_code.code() {
                200..=299 => return Ok(granted(&response, &dialog.contact(), life)),
                401 | 407 if !answering => {
                    again = Some(self::credentials(&core, self.trunk, &request, &response)?);
                }
                status @ (401 | 407) => return Err(format!("the credentials are refused ({status})")),
                423 => {
                    // RFC 3261 §10.3: asked for too short a life; the next try asks for what it wants.
                    let least = fields::first(&response, "Min-Expires").and_then(|v| v.trim().parse().ok());
                    self.life = Duration::from_secs(least.unwrap_or(3600)).min(LONGEST);
                    return Err("the registrar wants a longer life (423)".into());
                }
                status => return Err(format!("refused ({status})")),
            }
        }
    }
}

fn credentials(core: &Core, trunk: usize, request: &Request, response: &Response) -> Result<Header, String> {
    core.answer_challenge(trunk, request, response).ok_or_else(|| "its challenge cannot be answered".into())
}

/// The life that was granted: what our Contact says, else Expires, else what was asked (§10.2.4).
fn granted(response: &Response, contact: &str, asked: Duration) -> Duration {
    let ours = fields::uri(contact);
    let bindings = fields::values(response, "Contact").flat_map(fields::list);
    let in_contact = bindings
        .filter(|b| fields::uri(b).eq_ignore_ascii_case(ours))
        .find_map(|b| fields::param(b, "expires")?.parse().ok());
    let seconds = in_contact.or_else(|| fields::first(response, "Expires")?.trim().parse().ok());
    seconds.map_or(asked, Duration::from_secs).clamp(SHORTEST, LONGEST)
}
