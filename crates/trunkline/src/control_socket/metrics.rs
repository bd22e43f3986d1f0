//! The status as metrics, in the text format that Prometheus and its kin read: `trunkline status --metrics`.

use std::fmt::Write as _;

use super::{Answered, Hour, Status};

/// Metrics of one server, under construction.
#[derive(Default)]
struct Page(String);

impl Page {
    /// A metric: what it counts, and its values by label.
    fn metric(&mut self, name: &str, kind: &str, help: &str, values: &[(String, f64)]) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP trunkline_{name} {help}\n# TYPE trunkline_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(self.0, "trunkline_{name}{labels} {value}");
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.metric(name, "gauge", help, &[(String::new(), value as f64)]);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.metric(name, "counter", help, &[(String::new(), value as f64)]);
    }
}

/// Labels as they stand behind a name; their values are escaped.
fn labels(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("{name}=\"{value}\"")
    };
    format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(","))
}

/// The status as lines of `name{labels} value`, each kind of them under its HELP and TYPE.
#[must_use]
pub fn metrics(status: &Status) -> String {
    let mut page = Page::default();
    page.gauge("uptime_seconds", "since the server started", status.uptime_seconds);
    page.gauge("links", "applications that are connected", status.links);
    page.gauge("ports", "ports", status.ports);
    page.gauge("ports_busy", "ports with a call", status.ports_busy);
    page.gauge("agents", "agents", status.agents);
    page.gauge("agents_reachable", "agents whose telephones can be called", status.agents_reachable);
    page.gauge("legs", "legs", status.legs);
    page.gauge("memory_octets", "resident memory", status.rss_bytes);
    page.counter("calls_placed_total", "calls placed", status.calls_placed);
    page.counter("calls_answered_total", "calls answered, by either side", status.calls_answered);
    page.counter("calls_ended_total", "calls ended", status.calls_ended);
    page.counter("calls_barred_total", "dial-outs that a list or a cap refused", status.calls_barred);
    page.counter("calls_arrived_total", "calls that came in and were taken", status.calls_arrived);
    page.counter("calls_refused_total", "calls that came in and were refused", status.calls_refused);
    page.counter("packets_sent_total", "RTP sent", status.media.packets_sent);
    page.counter("packets_received_total", "RTP received and taken", status.media.packets_received);
    page.counter("late_frames_total", "frames that were too late and dropped", status.media.late_frames);
    page.counter("strangers_packets_total", "packets of strangers, dropped", status.media.strangers);
    trunks(&mut page, status);
    hours(&mut page, status);
    abandoned(&mut page, status);
    page.0
}

fn trunks(page: &mut Page, status: &Status) {
    let of = |value: fn(&super::TrunkRow) -> u64| {
        let row = |row: &super::TrunkRow| (labels(&[("trunk", &row.name)]), value(row) as f64);
        status.trunks.iter().map(row).collect::<Vec<_>>()
    };
    page.metric("trunk_up", "gauge", "whether the trunk can be dialled", &of(|row| u64::from(row.up)));
    page.metric("trunk_ports", "gauge", "ports of the trunk", &of(|row| row.ports));
    page.metric("trunk_ports_busy", "gauge", "those with a call", &of(|row| row.busy));
}

/// Calls in the last hour, and their limits: of the server, each trunk and each campaign.
fn hours(page: &mut Page, status: &Status) {
    let mut all = vec![(labels(&[("of", "server")]), status.hour)];
    let trunk = |row: &super::TrunkRow| (labels(&[("of", "trunk"), ("trunk", &row.name)]), row.hour);
    let campaign =
        |row: &super::CampaignRow| (labels(&[("of", "campaign"), ("campaign", &row.name)]), row.hour);
    all.extend(status.trunks.iter().map(trunk).chain(status.campaigns.iter().map(campaign)));
    let calls = |(labels, hour): &(String, Hour)| (labels.clone(), f64::from(hour.calls));
    let calls: Vec<_> = all.iter().map(calls).collect();
    page.metric("hour_calls", "gauge", "calls in the last hour", &calls);
    let cap = |(labels, hour): &(String, Hour)| Some((labels.clone(), f64::from(hour.cap?)));
    let caps: Vec<_> = all.iter().filter_map(cap).collect();
    page.metric("hour_cap", "gauge", "calls in an hour from which on they are refused or an alarm", &caps);
}

/// Who answered and got no agent in time, by campaign; the empty one is all that are not configured.
fn abandoned(page: &mut Page, status: &Status) {
    let others = [("", status.answered)];
    let of_campaigns = status.campaigns.iter().map(|row| (row.name.as_str(), row.answered));
    let all: Vec<(&str, Answered)> = others.into_iter().chain(of_campaigns).collect();
    let windows = |value: fn(super::Live) -> Option<f64>| {
        let rows = all.iter().flat_map(|(name, Answered { day, month, .. })| {
            [("24h", *day), ("30d", *month)].map(|(window, live)| {
                value(live).map(|value| (labels(&[("campaign", name), ("window", window)]), value))
            })
        });
        rows.flatten().collect::<Vec<_>>()
    };
    let answered = windows(|live| Some(f64::from(live.answered)));
    page.metric("campaign_answered", "gauge", "people who answered dial-outs for agents", &answered);
    let abandoned = windows(|live| Some(f64::from(live.abandoned)));
    page.metric("campaign_abandoned", "gauge", "those of them who got no agent in time", &abandoned);
    let rate =
        windows(|live| (live.answered > 0).then(|| f64::from(live.abandoned) / f64::from(live.answered)));
    page.metric("campaign_abandon_rate", "gauge", "the one of the other, 0 to 1", &rate);
    let exceeded: Vec<_> = all
        .iter()
        .map(|(name, answered)| (labels(&[("campaign", name)]), f64::from(u8::from(answered.exceeded))))
        .collect();
    page.metric(
        "campaign_abandon_exceeded",
        "gauge",
        "whether that is more than its profile lets",
        &exceeded,
    );
}
