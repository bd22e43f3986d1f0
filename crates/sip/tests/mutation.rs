//! Messages with random faults, from a fixed seed: the endpoint answers on, whatever it is sent.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::peer::{ANSWER, Peer};
use common::phone::Phone;
use common::{settings, start};
use edge::signal::{Cause, Command, Event};

/// Marsaglia's xorshift64*: the same faults in every run.
struct Faults(u64);

impl Faults {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound
    }

    /// One fault: an octet changed, a piece removed, doubled, or replaced by something nasty.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        const NASTY: [&[u8]; 12] = [
            b"\r\n",
            b"\"",
            b"<",
            b">",
            b";",
            b",",
            b"%",
            b"\xff\xfe",
            b"\x00",
            b"99999999999999999999",
            b" \t",
            b"[::",
        ];
        let at = self.below(bytes.len());
        let end = (at + 1 + self.below(24)).min(bytes.len());
        match self.below(4) {
            0 => bytes[at] = u8::try_from(self.below(256)).unwrap(),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let nasty = NASTY[self.below(NASTY.len())];
                bytes.splice(at..end, nasty.iter().copied());
            }
        }
    }
}

/// Counts panics from here on: a panic would be caught by its task, and the endpoint would live.
fn panics() -> Arc<AtomicUsize> {
    let panics = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&panics);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        seen.fetch_add(1, Ordering::SeqCst);
        usual(info);
    }));
    panics
}

#[tokio::test]
async fn a_registrar_that_is_sent_faults_of_all_kinds_stays_one() {
    let panics = panics();
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.admit = sip::Admit::Trunks;
    ours.limits.strangers_per_second = 1_000_000;
    ours.limits.messages_per_second = 1_000_000;
    ours.limits.contact_longest = std::time::Duration::from_secs(60);
    let place = sip::Place::Registered { password: "secret".into(), digests: vec![sip::Digest::Md5] };
    ours.stations = vec![sip::Station { id: edge::StationId(25), place, codecs: None, srtp: None }];
    let ours = start(ours).await;
    let mut phone = Phone::new("25").await;
    phone.register(&ours).await;
    let mut faults = Faults(0x7374_6174_696f_6e73);
    for n in 0..2_000 {
        let (method, to) = if n % 4 == 0 { ("INVITE", "7000") } else { ("REGISTER", "25") };
        let uri =
            if n % 4 == 0 { format!("sip:7000@{}", ours.address) } else { format!("sip:{}", ours.address) };
        let proof = phone.authorization(method, &uri);
        let contact = "Contact: \"A\" <sip:25@127.0.0.1:5999;ob>;+sip.instance=\"<urn:uuid:1>\";reg-id=1;q=0.7;\
                       expires=60, <sip:25@[::1]:5999;transport=tcp>\r\nExpires: 60\r\nSupported: outbound, path\r\n";
        let mut bytes = phone.request(&ours, method, to, &format!("{contact}{proof}"), "").into_bytes();
        // Half of the faults are in what the registrar reads for itself.
        for _ in 0..=faults.below(3) {
            let own = bytes.windows(8).position(|w| w == b"Contact:").filter(|_| faults.below(2) == 0);
            let mut rest = bytes.split_off(own.unwrap_or(0));
            faults.spoil(&mut rest);
            bytes.append(&mut rest);
        }
        phone.peer.socket.send_to(&bytes, ours.address).await.unwrap();
        if n % 20 == 0 {
            while phone.peer.socket.try_recv(&mut [0; 4096]).is_ok() {}
            // Among the faults are wrong passwords, after which an address is not listened to.
            let mut other = Phone::new("25").await;
            let heard = other.ask(&ours, "REGISTER", "25", "", "").await;
            assert_eq!(heard.status(), 401);
            phone.take_challenge(&heard);
        }
    }
    assert_eq!(panics.load(Ordering::SeqCst), 0);
    let places = ours.endpoint.stations();
    assert!(places[0].contacts.len() <= 5, "{places:?}");
}

#[tokio::test]
async fn faults_of_all_kinds_leave_the_endpoint_answering() {
    let panics = panics();
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.limits.messages_per_second = 1_000_000;
    ours.limits.arrivals_per_second = 1_000_000;
    let mut ours = start(ours).await;
    let peer = Peer::new().await;
    let mut faults = Faults(0x7472_756e_6b6c_696e);
    for n in 0..3_000 {
        let method = ["INVITE", "OPTIONS", "BYE", "REGISTER", "ACK", "CANCEL"][faults.below(6)];
        let lines = format!(
            "From: \"A\" <sip:5550001@h;user=phone>;tag=t{n}\r\nTo: <sip:7000@h>\r\nCall-ID: c{n}\r\n\
             CSeq: 1 {method}\r\nDiversion: <sip:800@h>\r\nRecord-Route: <sip:127.0.0.1;lr>\r\n"
        );
        let mut bytes = peer.request(method, "sip:7000@h", &format!("m{n}"), &lines, ANSWER).into_bytes();
        for _ in 0..=faults.below(3) {
            faults.spoil(&mut bytes);
        }
        peer.socket.send_to(&bytes, ours.address).await.unwrap();
        if n % 20 == 0 {
            let alive =
                format!("From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: alive{n}\r\nCSeq: 1 OPTIONS\r\n");
            let alive = peer.request("OPTIONS", "sip:b@h", &format!("alive{n}"), &alive, "");
            peer.say(&alive, ours.address).await;
            while peer.expect("SIP/2.0").await.header("Call-ID") != Some(&format!("alive{n}")) {}
        }
        while let Ok(event) = ours.events.try_recv() {
            if let Event::Arrived(arrived) = event {
                // Half of them are answered, so that their descriptions are read, too.
                if n % 2 == 0 {
                    ours.endpoint.send(Command::Answer { leg: arrived.leg });
                }
                ours.endpoint.send(Command::HangUp { leg: arrived.leg, cause: Cause::Busy });
            }
        }
    }
    assert_eq!(panics.load(Ordering::SeqCst), 0);
    let counters = ours.endpoint.counters();
    assert!(counters.malformed > 0 && counters.rejected > 0, "{counters:?}");
}
