//! Recording over real RTP, and the files that it leaves: behaviours B144, B149 to B161.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use carrier::{Directory, Happening, Step};
use edge::sound::Clip;
use media::goertzel;
use media::tone::{Tone, silence};
use media::voice_file;
use media::vox::VoxFormat;

use crate::house::{House, PATIENCE, Plan};

/// Samples of a window in which a tone is looked for: 100 ms.
const WINDOW: usize = 800;

/// What a party says: these tones, for so many milliseconds each.
fn tones(parts: &[(u16, u32)]) -> Clip {
    let part = |&(hz, ms): &(u16, u32)| match hz {
        0 => silence(ms),
        hz => Tone::sine(f64::from(hz), -13.0).samples(ms),
    };
    Clip { samples: parts.iter().flat_map(part).collect::<Vec<i16>>().into() }
}

/// Somebody who says this once, some time after the answer, and stays.
fn says(clip: Clip) -> Vec<Step> {
    vec![Step::Answer, Step::Wait(Duration::from_millis(700)), Step::Say(clip)]
}

/// A house of such parties: 0701 says three tones, 0702 two seconds of 600 Hz, 0703 of 900 Hz, 0704 nothing.
fn house(config: &str) -> House {
    let directory = Directory::new(Duration::ZERO)
        .with("0701", says(tones(&[(600, 1000), (900, 500), (1300, 1000)])))
        .with("0702", says(tones(&[(600, 2000)])))
        .with("0703", says(tones(&[(900, 2000)])))
        .with("0704", vec![Step::Answer]);
    House::with(Plan { directory, config: config.to_owned(), ..Plan::default() })
}

/// Waits until a party has said what it says.
fn until_said(house: &House) {
    house.until("a party's last word", |what| *what == Happening::Said);
}

/// A file of drive C.
fn on_drive(house: &House, name: &str) -> PathBuf {
    house.data.path().join("files/c").join(name)
}

/// The samples of a file that the house recorded.
fn recorded(house: &House, name: &str) -> Vec<i16> {
    let path = on_drive(house, name);
    let octets = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let extension = name.rsplit('.').next().unwrap();
    voice_file::decode(extension, &octets, VoxFormat::Adpcm8000, 1 << 24).unwrap()
}

/// Which of these tones each window of 100 ms has; 0 for none, and windows with the same are one. Gives
/// each with its length in windows.
fn heard(samples: &[i16], tones: &[u16]) -> Vec<(u16, usize)> {
    let mut heard: Vec<(u16, usize)> = Vec::new();
    for window in samples.chunks_exact(WINDOW) {
        let is_there = |hz: &&u16| goertzel::tone_dbm0(window, f64::from(**hz)) > -20.0;
        let hz = tones.iter().find(is_there).copied().unwrap_or_default();
        match heard.last_mut() {
            Some((last, windows)) if *last == hz => *windows += 1,
            _ => heard.push((hz, 1)),
        }
    }
    heard
}

/// Method A6, in both formats: what was said is in the file, in order and as long.
#[test]
fn b149_b161_what_the_party_says_is_in_the_file() {
    for name in ["say.vox", "say.wav"] {
        let house = house("[record]\nsilence = \"1s\"\n");
        let mut app = house.call("3015550701");
        let began = Instant::now();
        app.send(&format!(
            "RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=C:\\TALK\\{name} TERM_CODE=SILENCE"
        ));
        app.expect("RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
        app.expect("RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
        let took = began.elapsed().as_secs_f64();
        let samples = recorded(&house, &format!("talk/{name}"));
        let parts: Vec<(u16, usize)> =
            heard(&samples, &[600, 900, 1300]).into_iter().filter(|(hz, _)| *hz != 0).collect();
        let near = |windows: usize, wanted: usize| windows.abs_diff(wanted) <= 1;
        assert!(
            matches!(parts[..], [(600, a), (900, b), (1300, c)] if near(a, 10) && near(b, 5) && near(c, 10)),
            "{name}: {parts:?}"
        );
        // It is as long as it took, but for the way in and out.
        let seconds = samples.len() as f64 / 8000.0;
        assert!((took - 0.4..took + 0.1).contains(&seconds), "{name}: {seconds} s recorded in {took} s");
        house.stop();
    }
}

/// What is recorded until the stop is in the file when the application hears of it, and no more.
#[test]
fn b151_b152_a_stop_leaves_a_whole_file_at_once() {
    let house = house("");
    let mut app = house.call("3015550702");
    app.send("RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=C:\\STOP.WAV");
    app.expect("RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    let began = Instant::now();
    until_said(&house);
    app.send("STOP_RECORD_VOICE_FILE/INFO MSGID=1003 TRUNK_PORT=1");
    let stopped = Instant::now();
    app.expect("STOP_RECORD_VOICE_FILE/RESPONSE MSGID=1003 TRUNK_PORT=1 STATUS=SUCCESS");
    app.expect("RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    let late = stopped.elapsed();
    let samples = recorded(&house, "stop.wav");
    app.expect("STOP_RECORD_VOICE_FILE/TERMINATION MSGID=1003 TRUNK_PORT=1 EVENT=SUCCESS");
    // Method A3; on this machine the disk is the slowest part.
    assert!(late < Duration::from_millis(1500), "told only {late:?} after the stop");
    let (seconds, wanted) = (samples.len() as f64 / 8000.0, (stopped - began).as_secs_f64());
    assert!((seconds - wanted).abs() < 0.25, "{seconds} s of {wanted} s");
    let parts = heard(&samples, &[600]);
    assert!(parts.iter().filter(|(hz, _)| *hz == 600).map(|(_, n)| n).sum::<usize>() >= 17, "{parts:?}");
    house.stop();
}

/// A house in which the parties on ports 1 and 2 are these.
fn two(config: &str, first: &str, second: &str) -> (House, crate::house::Application) {
    let house = house(config);
    let mut app = house.call(first);
    app.send(&format!("DIALOUT/DIAL MSGID=1002 DNIS={second} MODE=BLIND"));
    app.expect("DIALOUT/RESPONSE MSGID=1002 STATUS=SUCCESS");
    app.expect("DIALOUT/TERMINATION MSGID=1002 EVENT=CONNECT TRUNK_PORT=2");
    (house, app)
}

/// Records ports 1 and 2 while their parties speak.
fn record_two(house: &House, app: &mut crate::house::Application, file: &str) {
    app.send(&format!(
        "RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=C:\\TWR\\{file}"
    ));
    app.expect("RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS");
    until_said(house);
    app.send("STOP_RECORD_TWO_WAY_VOICE/INFO MSGID=1004 TRUNK_PORT=2");
    app.expect("RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=EOF");
    app.expect("STOP_RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1004 TRUNK_PORT=2 EVENT=SUCCESS");
}

/// Method A7.
#[test]
fn b155_both_voices_are_in_the_same_window() {
    let (house, mut app) = two("", "3015550702", "3015550703");
    record_two(&house, &mut app, "SUM.VOX");
    let samples = recorded(&house, "twr/sum.vox");
    let both = |window: &[i16]| {
        let level = |hz: f64| goertzel::tone_dbm0(window, hz);
        level(600.0) > -22.0 && level(900.0) > -22.0
    };
    let windows = samples.chunks_exact(WINDOW).filter(|window| both(window)).count();
    assert!(windows >= 15, "{windows} windows of {} ms have both voices", samples.len() / 8);
    house.stop();
}

#[test]
fn b155_in_stereo_each_voice_has_a_channel_of_its_own() {
    let (house, mut app) = two("[record]\ntwo_way = \"stereo\"\n", "3015550702", "3015550703");
    record_two(&house, &mut app, "STEREO.WAV");
    let octets = std::fs::read(on_drive(&house, "twr/stereo.wav")).unwrap();
    // RIFF WAVE: the channels at 22, the samples of both in turn behind the name `data` and its length.
    assert_eq!(octets[22..24], [2, 0]);
    let start = octets.windows(4).position(|four| four == b"data").unwrap() + 8;
    let channel = |n: usize| -> Vec<i16> {
        let frames = octets[start..].chunks_exact(4);
        frames.map(|frame| i16::from_le_bytes([frame[2 * n], frame[2 * n + 1]])).collect()
    };
    for (n, own, other) in [(0, 600, 900), (1, 900, 600)] {
        let samples = channel(n);
        let count = |hz: u16| heard(&samples, &[hz]).iter().filter(|(h, _)| *h == hz).map(|(_, n)| n).sum();
        let (own, other): (usize, usize) = (count(own), count(other));
        assert!(own >= 15 && other == 0, "channel {n}: {own} windows of its own, {other} of the other");
    }
    house.stop();
}

#[test]
fn b156_without_a_voice_it_ends_by_itself() {
    let (house, mut app) = two("[record]\nidle = \"1500ms\"\n", "3015550704", "3015550704");
    app.send("RECORD_TWO_WAY_VOICE/INFO MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 FILE_NAME=IDLE.WAV");
    app.expect("RECORD_TWO_WAY_VOICE/RESPONSE MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 STATUS=SUCCESS");
    let began = Instant::now();
    app.expect("RECORD_TWO_WAY_VOICE/TERMINATION MSGID=1003 TRUNK_PORT1=1 TRUNK_PORT2=2 EVENT=EOF");
    let took = began.elapsed().as_secs_f64();
    assert!((1.3..3.5).contains(&took), "ended after {took} s");
    house.stop();
}

/// The line of a play that collects digits is in its file when the application hears of its end.
#[test]
fn b144_the_digits_of_a_play_are_in_the_file_of_its_hour() {
    let house = house("");
    house.tone("long.wav", 900, 2000);
    let mut app = house.call("3015550704");
    app.send(
        "PLAY_VOICE_FILE/INFO MSGID=7865343 ANUMBER=7325367811 BNUMBER=7322901900 TRUNK_PORT=1 FILE=LONG.WAV \
         MODE=UNINTCOLLECTDIG",
    );
    app.expect("PLAY_VOICE_FILE/RESPONSE MSGID=7865343 TRUNK_PORT=1 STATUS=SUCCESS");
    let party = house.until_tone(900, true).leg;
    house.carrier.party(party).press("343").unwrap();
    app.expect("PLAY_VOICE_FILE/TERMINATION MSGID=7865343 TRUNK_PORT=1 EVENT=EOF DTMF=343");
    let files: Vec<PathBuf> =
        std::fs::read_dir(on_drive(&house, "pec")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    let name = file.file_name().unwrap().to_str().unwrap();
    let digits = name.strip_prefix("PLAY_RESP_").and_then(|rest| rest.strip_suffix(".Txt"));
    let is_an_hour = |hour: &str| hour.len() == 10 && hour.bytes().all(|b| b.is_ascii_digit());
    assert!(digits.is_some_and(is_an_hour), "{name}");
    assert_eq!(
        std::fs::read_to_string(file).unwrap(),
        "MSGID=\"7865343\" ANUMBER=\"7325367811\" BNUMBER=\"7322901900\" DTMF=\"343\"\r\n"
    );
    house.stop();
}

/// A disk that cannot be written leaves the call up.
#[test]
fn b150_a_place_that_cannot_be_written_is_told() {
    let house = house("");
    // Where a directory should be, there is a file.
    std::fs::create_dir_all(on_drive(&house, "")).unwrap();
    std::fs::write(on_drive(&house, "wall"), b"").unwrap();
    let mut app = house.call("3015550704");
    for (file, n) in [("C:\\WALL\\A.WAV", 2), ("..\\..\\..\\etc\\a.wav", 3), ("C:\\A.MP3", 4)] {
        app.send(&format!("RECORD_VOICE_FILE/INFO MSGID=100{n} TRUNK_PORT=1 FILE_NAME={file}"));
        app.expect(&format!(
            "RECORD_VOICE_FILE/RESPONSE MSGID=100{n} TRUNK_PORT=1 STATUS=FAILED_TO_CREATE_FILE"
        ));
    }
    app.send("APP_TRUNK_DISCONNECT/INFO MSGID=1009 TRUNK_PORT=1");
    app.expect("APP_TRUNK_DISCONNECT/RESPONSE MSGID=1009 TRUNK_PORT=1 STATUS=SUCCESS");
    house.stop();
}

/// The operator's exit leaves a whole file.
#[test]
fn an_exit_completes_what_is_recorded() {
    let house = house("");
    let mut app = house.call("3015550702");
    app.send("RECORD_VOICE_FILE/INFO MSGID=1002 TRUNK_PORT=1 FILE_NAME=C:\\EXIT.WAV");
    app.expect("RECORD_VOICE_FILE/RESPONSE MSGID=1002 TRUNK_PORT=1 STATUS=SUCCESS");
    until_said(&house);
    let began = Instant::now();
    house.operator.blocking_send(trunkline::server::Operator::Exit).unwrap();
    app.expect("EXIT_LINK/INFO MSGID=*");
    house.operator.blocking_send(trunkline::server::Operator::Exit).unwrap();
    app.expect("RECORD_VOICE_FILE/TERMINATION MSGID=1002 TRUNK_PORT=1 EVENT=EOF");
    let path = on_drive(&house, "exit.wav");
    let House { server, data, .. } = house;
    server.join().unwrap().unwrap();
    assert!(began.elapsed() < PATIENCE);
    let octets = std::fs::read(&path).unwrap();
    let samples = voice_file::decode("wav", &octets, VoxFormat::Adpcm8000, 1 << 24).unwrap();
    assert!(samples.len() > 4000, "{} samples", samples.len());
    drop(data);
}
