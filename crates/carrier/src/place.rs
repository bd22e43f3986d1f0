//! The load generator's shell: a plan carried out against a server.

use std::future::Future;
use std::pin::pin;
use std::time::Instant;

use crate::exchange::Exchange;
use crate::limits;
use crate::load::{Load, Plan};
use crate::network::Input;
use crate::report::Report;
use crate::settings::{CarrierError, Settings};

/// Places the calls of a plan into the server of the settings, and reports when the last one is over.
/// At `shutdown` it hangs up and reports what there was.
///
/// # Errors
/// [`CarrierError`] where a socket cannot be opened or the plan cannot be carried out. Calls that fail
/// are the report's, not errors.
pub async fn place_calls(
    plan: Plan,
    mut settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<Report, CarrierError> {
    plan.interval()?;
    settings.listen_hz.clone_from(&plan.expect);
    let mut exchange = Exchange::start(&settings).await?;
    let mut load = Load::new(plan, Instant::now())?;
    let mut seen = Vec::new();
    let mut shutdown = pin!(shutdown);
    let mut is_cut_short = false;
    while !load.is_over(Instant::now()) {
        for _ in 0..limits::BURST {
            let Some(call) = load.next(Instant::now()) else { break };
            exchange.put(call, &mut seen);
        }
        tokio::select! {
            () = exchange.turn(load.next_timeout(), &mut seen) => {}
            () = &mut shutdown, if !is_cut_short => {
                is_cut_short = true;
                load.cut_short();
                exchange.put(Input::Close, &mut seen);
            }
        }
        seen.drain(..).for_each(|entry| load.saw(&entry));
    }
    exchange.stop(&mut seen).await;
    seen.iter().for_each(|entry| load.saw(entry));
    Ok(load.into_report())
}
