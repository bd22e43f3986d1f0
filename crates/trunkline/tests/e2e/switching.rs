//! Who hears whom, by the sound that arrives in the network: each party that says a tone says 440 Hz, hears what
//! its leg hears, and the music is 600 Hz.

use std::cell::RefCell;
use std::collections::BTreeMap;

use carrier::Happening;
use edge::LegId;

use crate::house::{Application, House, Plan};

/// A number whose party says 440 Hz, and one whose party says nothing.
const SINGER: &str = "3015550113";
const LISTENER: &str = "3015550114";
const VOICE: u16 = 440;
const MUSIC: u16 = 600;

/// A house with calls up on the ports 1, 2 and so on.
struct Hall {
    house: House,
    app: Application,
    /// The party on each port.
    parties: Vec<LegId>,
    /// How often each party heard a tone begin or end, as far as was asked.
    changes: RefCell<BTreeMap<(usize, u16), usize>>,
}

impl Hall {
    fn new(numbers: &[&str]) -> Self {
        let house = House::with(Plan { listen_hz: vec![VOICE, MUSIC], ..Plan::default() });
        house.tone("music.wav", MUSIC, 1000);
        let mut app = house.call(numbers[0]);
        for (number, port) in numbers.iter().zip(1..).skip(1) {
            app.send(&format!("DIALOUT/DIAL MSGID=100{port} DNIS={number} MODE=BLIND"));
            app.expect(&format!("DIALOUT/RESPONSE MSGID=100{port} STATUS=SUCCESS"));
            app.expect(&format!("DIALOUT/TERMINATION MSGID=100{port} EVENT=CONNECT TRUNK_PORT={port}"));
        }
        let arrived = house.carrier.seen().into_iter();
        let parties = arrived.filter(|entry| matches!(entry.what, Happening::Arrived { .. }));
        let parties = parties.map(|entry| entry.leg).collect();
        Self { house, app, parties, changes: RefCell::default() }
    }

    /// Sends a request and takes its answer.
    fn asks(&mut self, request: &str, answer: &str) {
        self.app.send(request);
        self.app.expect(answer);
    }

    /// Waits until the party on this port hears a tone begin, or end, next; each is told in turn.
    #[track_caller]
    fn hears(&self, port: usize, hz: u16, begins: bool) {
        let party = self.parties[port - 1];
        let mut changes = self.changes.borrow_mut();
        let wanted = changes.entry((port, hz)).or_default();
        *wanted += 1;
        assert_eq!(*wanted % 2 == 1, begins, "a tone begins before it ends");
        let mut left = *wanted;
        let change = self.house.runtime.block_on(async {
            let found = self.house.carrier.until(|entry| {
                let is_one = matches!(entry.what, Happening::Tone { hz: told, .. } if told == hz);
                left -= usize::from(is_one && entry.leg == party);
                left == 0
            });
            tokio::time::timeout(crate::house::PATIENCE, found).await
        });
        assert!(change.is_ok(), "port {port} never heard {hz} Hz {}", if begins { "begin" } else { "end" });
    }

    fn patch(&mut self, one: usize, other: usize) {
        self.asks(
            &format!("PATCH_PORTS/INFO MSGID=1101 TRUNK_PORT1={one} TRUNK_PORT2={other}"),
            &format!(
                "PATCH_PORTS/TERMINATION MSGID=1101 TRUNK_PORT1={one} TRUNK_PORT2={other} EVENT=SUCCESS"
            ),
        );
    }
}

/// Behaviours B86, B87, B89, B90, B95 and B98, method A1.
#[test]
fn b086_a_pair_is_muted_held_and_torn() {
    let mut hall = Hall::new(&[SINGER, SINGER]);
    hall.patch(1, 2);
    hall.hears(1, VOICE, true);
    hall.hears(2, VOICE, true);
    hall.asks(
        "MUTE/INFO MSGID=1102 AGENT_PORT=1 MODE=ON",
        "MUTE/RESPONSE MSGID=1102 AGENT_PORT=1 MODE=ON STATUS=SUCCESS",
    );
    hall.hears(2, VOICE, false);
    hall.asks(
        "MUTE/INFO MSGID=1103 AGENT_PORT=1 MODE=OFF",
        "MUTE/RESPONSE MSGID=1103 AGENT_PORT=1 MODE=OFF STATUS=SUCCESS",
    );
    hall.hears(2, VOICE, true);
    hall.asks(
        "HOLD/INFO MSGID=1104 AGENT_PORT=1 ON_HOLD_FILE=music.wav MODE=ON",
        "HOLD/RESPONSE MSGID=1104 AGENT_PORT=1 ON_HOLD_FILE=music.wav MODE=ON STATUS=SUCESS",
    );
    hall.hears(2, VOICE, false);
    hall.hears(2, MUSIC, true);
    hall.hears(1, VOICE, false);
    hall.asks(
        "HOLD/INFO MSGID=1105 AGENT_PORT=1 MODE=CANCELL",
        "HOLD/RESPONSE MSGID=1105 AGENT_PORT=1 ON_HOLD_FILE=\"\" MODE=CANCELL STATUS=SUCESS",
    );
    hall.hears(2, MUSIC, false);
    hall.hears(2, VOICE, true);
    hall.hears(1, VOICE, true);
    hall.asks(
        "TEAR_PATCH/INFO MSGID=1106 TRUNK_PORT1=2 TRUNK_PORT2=1",
        "TEAR_PATCH/TERMINATION MSGID=1106 TRUNK_PORT1=2 TRUNK_PORT2=1 EVENT=SUCCESS",
    );
    hall.hears(1, VOICE, false);
    hall.hears(2, VOICE, false);
    hall.house.stop();
}

/// Behaviours B80 and B81, methods A1 to A3.
#[test]
fn b080_an_agent_is_consulted_and_takes_the_customer() {
    let mut hall = Hall::new(&[LISTENER, SINGER, SINGER]);
    hall.patch(1, 2);
    hall.hears(1, VOICE, true);
    let step = |mode: &str, file: &str| {
        let ports = "SOURCE_AGENT_PORT=1 DESTINATION_AGENT_PORT=3";
        let request = format!("AGENT_TRANSFER/INFO MSGID=1102 {ports} ON_HOLD_FILE={file} MODE={mode}");
        let answer =
            format!("AGENT_TRANSFER/RESPONSE MSGID=1102 {ports} ON_HOLD_FILE={file} STATUS=CONNECTED");
        (request, answer)
    };
    let (request, answer) = step("INITIATE", "music.wav");
    hall.asks(&request, &answer);
    hall.hears(2, MUSIC, true);
    let (request, answer) = step("ACCEPT", "\"\"");
    hall.asks(&request, &answer);
    hall.hears(2, MUSIC, false);
    hall.hears(2, VOICE, true);
    hall.hears(3, VOICE, true);
    hall.house.stop();
}

/// Behaviours B123, B125 and B128, method A1: who only listens is heard by nobody.
#[test]
fn b125_a_supervisor_listens_and_goes() {
    let mut hall = Hall::new(&[SINGER, LISTENER, LISTENER]);
    hall.patch(1, 2);
    hall.hears(2, VOICE, true);
    hall.asks(
        "BARGE_IN/INFO MSGID=1102 SUPERVISOR_PORT=3 AGENT_PORT=1 MODE=MONITOR",
        "BARGE_IN/RESPONSE MSGID=1102 STATUS=SUCCESS",
    );
    hall.hears(3, VOICE, true);
    hall.asks(
        "BARGE_OUT/INFO MSGID=1103 SUPERVISOR_PORT=3 AGENT_PORT=1",
        "BARGE_OUT/RESPONSE MSGID=1103 STATUS=SUCCESS",
    );
    hall.hears(3, VOICE, false);
    hall.asks(
        "APP_TRUNK_DISCONNECT/INFO MSGID=1104 TRUNK_PORT=1",
        "APP_TRUNK_DISCONNECT/RESPONSE MSGID=1104 TRUNK_PORT=1 STATUS=SUCCESS",
    );
    hall.hears(2, VOICE, false);
    hall.house.stop();
}
