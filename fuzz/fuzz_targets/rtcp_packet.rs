//! Any octets as RTCP: nothing panics, and a report of ours is read back whatever stands behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::rtcp::{self, Compound, Received};
use media::rtp::Report;

const OURS: u32 = 0x0102_0304;

fuzz_target!(|octets: &[u8]| {
    let heard = rtcp::read(octets, OURS);
    assert!(heard.is_none() || rtcp::is_rtcp(octets), "what makes sense is known by its first octets");

    let mut compound = Vec::new();
    let fraction_lost = octets.first().copied().unwrap_or(0);
    let report = Report { ssrc: OURS, fraction_lost, lost: -1, highest: 1, jitter: 2 };
    let received = Some(Received { report, last_report: 0, since: 0 });
    Compound { ssrc: 5, sent: None, received, cname: "a", goodbye: false }.write(&mut compound);
    assert!(compound.len() <= rtcp::LONGEST);
    assert_eq!(rtcp::read(&compound, OURS).and_then(|heard| heard.reported_loss), Some(fraction_lost));
    compound.extend_from_slice(octets);
    assert!(rtcp::read(&compound, OURS).is_some());
});
