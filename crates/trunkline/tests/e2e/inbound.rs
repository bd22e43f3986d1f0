//! Calls that come in, over real SIP and RTP: behaviours B129 to B136.

use std::future::pending;

use carrier::{Carrier, Entry, Happening, Plan as Load, Settings, Step};
use edge::LegId;
use edge::signal::{Cause, End, Side};
use edge::sound::Clip;
use media::goertzel;
use media::tone::Tone;
use media::voice_file;
use media::vox::VoxFormat;
use trunkline::control_socket::{PortState, Reply, Request};

use crate::house::{Application, House, PATIENCE, Plan};
use crate::phone::Phone;

const NUMBER: &str = "7322901900";
/// Its last port, which calls come in on first.
const PORT: &str = "TRUNK_PORT=24";

/// A telephone in the network that calls the house.
struct Caller<'h> {
    house: &'h House,
    network: Carrier,
}

impl<'h> Caller<'h> {
    fn new(house: &'h House) -> Self {
        let settings = Settings { listen_hz: vec![600, 900], ..calling(house) };
        let network = house.runtime.block_on(Carrier::start(settings)).unwrap();
        Self { house, network }
    }

    /// Calls, and does this once somebody answers.
    fn call(&self, to: &str, steps: Vec<Step>) -> LegId {
        self.network.call(to, Some("2015550100"), steps).unwrap()
    }

    /// Waits until this happened to it.
    fn until(&self, what: &str, mut holds: impl FnMut(&Happening) -> bool) -> Entry {
        self.until_entry(what, |entry| holds(&entry.what))
    }

    fn until_entry(&self, what: &str, holds: impl FnMut(&Entry) -> bool) -> Entry {
        let found = self
            .house
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, self.network.until(holds)).await });
        found
            .ok()
            .flatten()
            .unwrap_or_else(|| panic!("the caller never saw {what}: {:?}", self.network.seen()))
    }

    fn until_end(&self, leg: LegId) -> End {
        let ended = |entry: &Entry| entry.leg == leg && matches!(entry.what, Happening::Ended(_));
        let entry = self.until_entry("the end", ended);
        let Happening::Ended(end) = entry.what else { unreachable!("the entry that was waited for") };
        end
    }

    fn stop(self) {
        self.house.runtime.block_on(self.network.stop());
    }
}

fn calling(house: &House) -> Settings {
    Settings::calling(format!("sip:{}", house.sip()).parse().unwrap())
}

/// An application that has the calls of [`NUMBER`].
fn application(house: &House) -> Application {
    let mut app = house.application();
    app.send(&format!("INIT_LINK/INFO MSGID=1000 NAME=PEC DNIS={NUMBER} PASS_CODE=2424"));
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app
}

/// The id under which the application is asked about a call of 2015550100.
fn asked(app: &mut Application) -> String {
    let told = app.expect(&format!(
        "RECEIVE_CALL/INFO MSGID=* DNIS={NUMBER} ANI=2015550100 REDIRECTINING_NO=\"\" {PORT}"
    ));
    told.split_whitespace().find_map(|word| word.strip_prefix("MSGID=")).unwrap().to_owned()
}

#[test]
fn b129_b135_a_call_rings_is_accepted_played_to_and_ends() {
    let house = House::new();
    house.tone("hello.wav", 600, 500);
    let mut app = application(&house);
    let caller = Caller::new(&house);
    let leg = caller.call(NUMBER, Vec::new());
    asked(&mut app);
    caller.until("ringing", |what| *what == Happening::Ringing);
    let Reply::Ports(ports) = house.ask(Request::Ports) else { panic!("the ports") };
    let port = ports.iter().find(|port| port.port == 24).unwrap();
    assert_eq!(
        (port.state, port.dnis.as_str(), port.ani.as_str()),
        (PortState::Alerting, NUMBER, "2015550100")
    );

    app.send(&format!("ACCEPT_CALL/INFO MSGID=1001 {PORT}"));
    app.expect(&format!("ACCEPT_CALL/RESPONSE MSGID=1001 {PORT} STATUS=SUCCESS"));
    app.expect(&format!("ACCEPT_CALL/TERMINATION MSGID=1001 {PORT} EVENT=EOF"));
    app.send(&format!("PLAY_VOICE_FILE/INFO MSGID=1002 {PORT} FILE1=HELLO.WAV MODE=INTERRUPTABLE"));
    app.expect(&format!("PLAY_VOICE_FILE/RESPONSE MSGID=1002 {PORT} STATUS=SUCCESS"));
    app.expect(&format!("PLAY_VOICE_FILE/TERMINATION MSGID=1002 {PORT} EVENT=EOF"));
    caller.until("the tone", |what| *what == Happening::Tone { hz: 600, present: true });
    app.send(&format!("APP_TRUNK_DISCONNECT/INFO MSGID=1003 {PORT}"));
    app.expect(&format!("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 {PORT} STATUS=SUCCESS"));
    assert_eq!(caller.until_end(leg).by, Side::Network);
    caller.stop();
    house.stop();
}

#[test]
fn b131_a_call_that_is_answered_with_play_hears_it_and_its_key_ends_it() {
    let house = House::new();
    house.tone("hello.wav", 600, 20_000);
    let mut app = application(&house);
    let caller = Caller::new(&house);
    caller.call(NUMBER, Vec::new());
    let msgid = asked(&mut app);
    app.send(&format!("RECEIVE_CALL/RESPONSE MSGID={msgid} STATUS=PLAY PLAY_FILE=HELLO.WAV"));
    let tone = caller.until("the tone", |what| *what == Happening::Tone { hz: 600, present: true });
    caller.network.party(tone.leg).press("5").unwrap();
    app.expect(&format!("PLAY_VOICE_FILE/TERMINATION MSGID={msgid} {PORT} EVENT=DTMF DTMF=5"));
    caller.network.party(tone.leg).hang_up().unwrap();
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    caller.stop();
    house.stop();
}

#[test]
fn b131_a_call_that_is_answered_with_record_is_in_the_file() {
    let house = House::new();
    let mut app = application(&house);
    let caller = Caller::new(&house);
    let voice = Clip { samples: Tone::sine(900.0, -13.0).samples(1500).into() };
    caller.call(NUMBER, vec![Step::Say(voice), Step::HangUp(Cause::Normal)]);
    let msgid = asked(&mut app);
    app.send(&format!("RECEIVE_CALL/RESPONSE MSGID={msgid} STATUS=RECORD RECORD_FILE=C:\\CALLER.WAV"));
    app.expect(&format!("RECORD_VOICE_FILE/TERMINATION MSGID={msgid} {PORT} EVENT=LOOP_DROP"));
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    let octets = std::fs::read(house.data.path().join("files/c/caller.wav")).unwrap();
    let samples = voice_file::decode("wav", &octets, VoxFormat::Adpcm8000, 1 << 24).unwrap();
    assert!(samples.len() > 8_000, "{} samples", samples.len());
    let middle = &samples[samples.len() / 2..][..800];
    assert!(goertzel::power(middle, 900.0) > 100.0 * goertzel::power(middle, 600.0));
    caller.stop();
    house.stop();
}

#[test]
fn b136_a_declined_caller_hears_why() {
    let house = House::new();
    let mut app = application(&house);
    let caller = Caller::new(&house);
    for (cause, status, told) in
        [("USER_BUSY", 486, 17), ("CALL_REJECTED", 603, 21), ("NETWORK_CONGESTION", 503, 42)]
    {
        let leg = caller.call(NUMBER, Vec::new());
        let asked = app.expect(&format!(
            "RECEIVE_CALL/INFO MSGID=* DNIS={NUMBER} ANI=2015550100 REDIRECTINING_NO=\"\" TRUNK_PORT=*"
        ));
        let port = asked.rsplit(' ').next().unwrap();
        app.send(&format!("DECLINE_CALL/INFO MSGID=1001 {port} CAUSE_CODE={cause}"));
        app.expect(&format!("DECLINE_CALL/RESPONSE MSGID=1001 {port} STATUS=SUCCESS"));
        app.expect(&format!("DECLINE_CALL/TERMINATION MSGID=1001 {port} EVENT=EOF"));
        let end = caller.until_end(leg);
        assert_eq!((end.status, end.q850.map(edge::Q850::value)), (Some(status), Some(told)), "{cause}");
    }
    caller.stop();
    house.stop();
}

#[test]
fn b079_a_caller_who_gives_up_is_told() {
    let house = House::new();
    let mut app = application(&house);
    let caller = Caller::new(&house);
    caller.call(NUMBER, Vec::new());
    asked(&mut app);
    let ringing = caller.until("ringing", |what| *what == Happening::Ringing);
    caller.network.party(ringing.leg).hang_up().unwrap();
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    app.send(&format!("ACCEPT_CALL/INFO MSGID=1001 {PORT}"));
    app.expect(&format!("ACCEPT_CALL/RESPONSE MSGID=1001 {PORT} STATUS=INVALID_TRUNK_PORT"));
    caller.stop();
    house.stop();
}

#[test]
fn d16_a_call_that_no_application_answers_is_declined() {
    let house =
        House::with(Plan { config: "[link]\nreceive_call_timeout = \"200ms\"\n".into(), ..Plan::default() });
    let mut app = application(&house);
    let caller = Caller::new(&house);
    let leg = caller.call(NUMBER, Vec::new());
    asked(&mut app);
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    let end = caller.until_end(leg);
    assert_eq!((end.status, end.q850.map(edge::Q850::value)), (Some(480), Some(16)));
    caller.stop();
    house.stop();
}

/// A box that announces, beside the house's own.
const HOURS: &str = "[[mailbox]]\nnumber = \"100\"\ntype = \"E\"\ngreeting = \"HOURS.WAV\"\n";

/// Callers as `trunkline carrier call --expect tone:600` makes them: all of them must hear the tone.
fn all_hear(house: &House, to: &str, calls: u32) {
    let load = Load { calls, rate: 50.0, expect: vec![600], ..Load::new(to) };
    let report = house.runtime.block_on(carrier::place_calls(load, calling(house), pending())).unwrap();
    assert!(report.is_good(), "{report}");
    assert_eq!(report.good(), calls as usize);
}

#[test]
fn d07_an_announcement_is_heard_by_as_many_as_call() {
    let house = House::with(Plan { config: HOURS.into(), ..Plan::default() });
    house.tone("hours.wav", 600, 700);
    all_hear(&house, "100", 20);
    house.stop();
}

#[test]
fn b132_an_announcement_treats_a_call_and_hangs_up() {
    let house = House::with(Plan { config: HOURS.into(), ..Plan::default() });
    house.tone("hours.wav", 600, 700);
    let mut app = application(&house);
    let caller = Caller::new(&house);
    let leg = caller.call(NUMBER, Vec::new());
    asked(&mut app);
    app.send(&format!("HANDLE_INBOUND_CALL/INFO MSGID=1001 DNIS=100 ANI=2015550100 {PORT}"));
    app.expect("HANDLE_INBOUND_CALL/RESPONSE MSGID=1001 STATUS=SUCCESS");
    caller.until("the tone", |what| *what == Happening::Tone { hz: 600, present: true });
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    assert_eq!((caller.until_end(leg).cause, house.heard().len()), (Cause::Normal, 0));
    caller.stop();
    house.stop();
}

#[test]
fn u54_a_request_for_its_voice_answers_the_call() {
    let house = House::new();
    house.tone("hello.wav", 600, 500);
    let mut app = application(&house);
    let caller = Caller::new(&house);
    caller.call(NUMBER, Vec::new());
    asked(&mut app);
    app.send(&format!("PLAY_VOICE_FILE/INFO MSGID=1001 {PORT} FILE1=HELLO.WAV MODE=UNINTERRUPTABLE"));
    app.expect(&format!("PLAY_VOICE_FILE/RESPONSE MSGID=1001 {PORT} STATUS=SUCCESS"));
    caller.until("the tone", |what| *what == Happening::Tone { hz: 600, present: true });
    app.expect(&format!("PLAY_VOICE_FILE/TERMINATION MSGID=1001 {PORT} EVENT=EOF"));
    caller.stop();
    app.expect(&format!("NETWORK_TRUNK_DISCONNECT/INFO MSGID=* {PORT}"));
    house.stop();
}

/// A party's network moves its call (RFC 3891): for the application it is the same call, on the same port.
#[test]
fn x051_a_call_in_the_place_of_another_is_on_its_port_and_hears() {
    let mut phone = Phone::new();
    let house = phone.house();
    house.tone("long.wav", 600, 20_000);
    let mut app = house.application();
    app.send("INIT_LINK/INFO MSGID=1000");
    app.expect("INIT_LINK/RESPONSE MSGID=1000 STATUS=SUCCESS");
    app.send("DIALOUT/DIAL MSGID=1001 DNIS=3015550100 MODE=BLIND");
    app.expect("DIALOUT/RESPONSE MSGID=1001 STATUS=SUCCESS");
    phone.pick_up(phone.rtp.local_addr().unwrap().port());
    app.expect("DIALOUT/TERMINATION MSGID=1001 EVENT=CONNECT TRUNK_PORT=1");
    let play = "PLAY_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE1=long.wav MODE=INTERRUPTABLE";
    app.send(play);
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    Phone::expect_sound(&phone.rtp);
    let elsewhere = Phone::new();
    phone.replace(elsewhere.rtp.local_addr().unwrap().port());
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=LOOPDROP");
    phone.expect_bye();
    app.send(play);
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    Phone::expect_sound(&elsewhere.rtp);
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1003 TRUNK_PORT=1");
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=STOPPED");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    phone.expect_bye();
    house.stop();
}
