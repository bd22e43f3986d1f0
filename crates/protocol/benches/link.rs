//! How many bytes of the link one core reads and writes in a second: `cargo bench -p protocol`.

use divan::Bencher;
use divan::counter::BytesCount;
use protocol::{Frame, Framer, MAX_MESSAGE, Request, Spelling};

fn main() {
    divan::main();
}

/// As an application's XML library writes them.
const WELL_FORMED: &str = r#"<PLAY_VOICE_FILE>
<INFO MSGID="PL-4001" TRUNK_PORT="07" FILE1="C:\PROMPTS\MENU.VOX" MODE="INTERRUPTABLE">
</INFO>
</PLAY_VOICE_FILE>
<DIALOUT>
<DIAL MSGID="DL-2001" CAMPID="SPRING" DNIS="2015550100" ANI="6095550142" AGENTS="25-34" MODE="SUPERVISED">
</DIAL>
</DIALOUT>
<APP_TRUNK_STATUS>
<INFO MSGID="ST-3001" TRUNK_PORT="07">
</INFO>
</APP_TRUNK_STATUS>
"#;

/// With the defects of a word processor's print.
const AS_PRINTED: &str = r#"<PLAY_VOICE_FILE>
<INFO MSGID=”PL-4001” TRUNK_PORT=”07” FILE1="C:\PROMPTS\MENU.VOX", MODE=”INTERRUPTABLE”
</INFO>
</PLAY_VOICE_FILE >
<DIALOUT>
< DIAL MSGID=”DL-2001” CAMPID=”SPRING” DNIS="2015550100" ANI=”6095550142 AGENTS="25-34" MODE=”SUPERVISED”>
</ DIAL >
</DIALOUT
<APP_TRUNK_STATUS>
<INFO MSGID=”ST-3001” TRUNK_PORT="07””>
<\RESPONSE>
</APP_TRUNK_STATUS>"
"#;

/// About 64 KiB of it, in pieces as they come from a socket.
fn stream(messages: &str) -> Vec<u8> {
    messages.repeat(64 * 1024 / messages.len()).into_bytes()
}

fn frames(stream: &[u8], mut each: impl FnMut(Frame)) {
    let mut framer = Framer::new(MAX_MESSAGE);
    for piece in stream.chunks(4096) {
        framer.push(piece);
        while let Some(frame) = framer.next() {
            each(frame);
        }
    }
}

fn requests(stream: &[u8], mut each: impl FnMut(Request)) {
    frames(stream, |frame| {
        let Frame::Element(element) = frame else { panic!("every message is one") };
        each(Request::read(&element).expect("all of them are requests"));
    });
}

#[divan::bench(args = ["well-formed", "as printed"])]
fn framing(bencher: Bencher, how: &str) {
    let stream = stream(if how == "as printed" { AS_PRINTED } else { WELL_FORMED });
    bencher.counter(BytesCount::of_slice(&*stream)).bench(|| {
        let mut count = 0_usize;
        frames(&stream, |_| count += 1);
        count
    });
}

#[divan::bench(args = ["well-formed", "as printed"])]
fn reading(bencher: Bencher, how: &str) {
    let stream = stream(if how == "as printed" { AS_PRINTED } else { WELL_FORMED });
    bencher
        .counter(BytesCount::of_slice(&*stream))
        .bench(|| requests(&stream, |request| drop(divan::black_box(request))));
}

#[divan::bench]
fn junk(bencher: Bencher) {
    let stream = "no message at all ".repeat(64 * 1024 / 18).into_bytes();
    bencher.counter(BytesCount::of_slice(&*stream)).bench(|| {
        let mut count = 0_usize;
        frames(&stream, |_| count += 1);
        count
    });
}

#[divan::bench]
fn writing(bencher: Bencher) {
    let mut written = Vec::new();
    requests(&stream(WELL_FORMED), |request| written.push(request));
    let write =
        |out: &mut Vec<u8>| written.iter().for_each(|request| request.write(Spelling::Memorandum, out));
    let mut out = Vec::new();
    write(&mut out);
    bencher.counter(BytesCount::of_slice(&*out)).bench_local(|| {
        let mut out = Vec::with_capacity(80 * 1024);
        write(&mut out);
        out
    });
}
