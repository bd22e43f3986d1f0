//! What the demo's application does: the first call, told message by message.

use std::io::Write;
use std::net::SocketAddr;

use media::tone::Tone;
use media::vox::{self, VoxFormat};
use protocol::{
    AppTrunkDisconnect, AppTrunkDisconnectResponse, AppTrunkDisconnectStatus, AppTrunkStatus,
    AppTrunkStatusResponse, AppTrunkStatusStatus, Dial, DialMode, DialoutEvent, DialoutResponse,
    DialoutStatus, DialoutTermination, ExitLinkResponse, ExitLinkStatus, InitLink, InitLinkResponse,
    InitLinkStatus, Message, NetworkTrunkDisconnectResponse, NetworkTrunkDisconnectStatus, PlayMode,
    PlayVoiceFile, PlayVoiceFileEvent, PlayVoiceFileResponse, PlayVoiceFileStatus, PlayVoiceFileTermination,
    PortText, Text,
};
use tokio::sync::mpsc;

use super::DemoError;
use super::application::Application;
use crate::output::Output;
use crate::server::Operator;

/// Tells the story. With `keep`, the server is not asked to exit at its end.
pub(super) fn tell<W: Write>(
    out: &mut Output<W>,
    link: SocketAddr,
    operator: &mpsc::Sender<Operator>,
    keep: bool,
) -> Result<(), DemoError> {
    let mut app = Application::connect(link, out)?;
    open_link(&mut app)?;
    key_call(&mut app)?;
    busy_call(&mut app)?;
    short_call(&mut app)?;
    if keep {
        return Ok(());
    }
    exit(&mut app, operator)
}

fn open_link<W: Write>(app: &mut Application<'_, W>) -> Result<(), DemoError> {
    app.remark("The application opens its link: from here on it hears about its calls.")?;
    let msgid = Text::from("DEMO-001");
    app.send(
        InitLink { msgid: msgid.clone(), name: Some("Demo".into()), dnis: None, pass_code: None },
        "open the link, for calls that the application places",
    )?;
    app.expect(InitLinkResponse { msgid, status: InitLinkStatus::Success }, "the link is open")
}

/// A person answers, hears a message, and presses 5 in the middle of it.
fn key_call<W: Write>(app: &mut Application<'_, W>) -> Result<(), DemoError> {
    app.remark("A call to 301 555 0101: a person answers and presses 5 three seconds later.")?;
    let port = dial(
        app,
        "DEMO-002",
        "3015550101",
        DialMode::Supervised,
        DialoutEvent::Connect,
        "a person has answered",
    )?;
    let msgid = Text::from("DEMO-003");
    app.send(
        play(&msgid, &port, "C:\\PROMPTS\\WELCOME.VOX", PlayMode::Interruptable),
        "play a message that any key may end",
    )?;
    let playing = PlayVoiceFileStatus::Success;
    app.expect(
        PlayVoiceFileResponse { msgid: msgid.clone(), trunk_port: port.clone(), status: playing },
        "the file is there and plays",
    )?;
    let query = Text::from("DEMO-004");
    app.send(
        AppTrunkStatus { msgid: query.clone(), trunk_port: Some(port.clone()) },
        "ask what the port does; the call goes on undisturbed",
    )?;
    let status = AppTrunkStatusStatus::Playing;
    app.expect(AppTrunkStatusResponse { msgid: query, trunk_port: port.clone(), status }, "it plays")?;
    app.expect(
        PlayVoiceFileTermination {
            msgid,
            trunk_port: port.clone(),
            event: PlayVoiceFileEvent::Dtmf,
            dtmf: Some("5".into()),
        },
        "the person pressed 5, which ended the message",
    )?;
    let msgid = Text::from("DEMO-005");
    app.send(AppTrunkDisconnect { msgid: msgid.clone(), trunk_port: Some(port.clone()) }, "hang up")?;
    let status = AppTrunkDisconnectStatus::Success;
    app.expect(
        AppTrunkDisconnectResponse { msgid, trunk_port: port, status },
        "the network has been told; the port is free again",
    )
}

fn busy_call<W: Write>(app: &mut Application<'_, W>) -> Result<(), DemoError> {
    app.remark("A call to 301 555 0102, which is busy.")?;
    dial(app, "DEMO-006", "3015550102", DialMode::Supervised, DialoutEvent::Busy, "nobody to talk to: busy")
        .map(drop)
}

/// A person who hangs up first.
fn short_call<W: Write>(app: &mut Application<'_, W>) -> Result<(), DemoError> {
    app.remark("A call to 301 555 0109: somebody answers without a word and hangs up after three seconds. With MODE=BLIND the answer is enough: it is not waited for who it is.")?;
    let (blind, connect) = (DialMode::Blind, DialoutEvent::Connect);
    let port = dial(app, "DEMO-007", "3015550109", blind, connect, "somebody has answered")?;
    let msgid = Text::from("DEMO-008");
    app.send(
        play(&msgid, &port, "BYE.VOX", PlayMode::Uninterruptable),
        "play a short message that keys do not end",
    )?;
    let status = PlayVoiceFileStatus::Success;
    app.expect(
        PlayVoiceFileResponse { msgid: msgid.clone(), trunk_port: port.clone(), status },
        "the file is there and plays",
    )?;
    let event = PlayVoiceFileEvent::Eof;
    app.expect(
        PlayVoiceFileTermination { msgid, trunk_port: port.clone(), event, dtmf: None },
        "the person has heard it to its end",
    )?;
    let msgid = app.expect_some(
        "NETWORK_TRUNK_DISCONNECT/INFO",
        "the network says that the person hung up",
        |message| match message {
            Message::NetworkTrunkDisconnect(event) if event.trunk_port == port => Some(event.msgid.clone()),
            _ => None,
        },
    )?;
    app.send(
        NetworkTrunkDisconnectResponse {
            msgid,
            trunk_port: Some(port),
            status: Some(NetworkTrunkDisconnectStatus::Success.into()),
        },
        "the application has taken note",
    )
}

fn exit<W: Write>(app: &mut Application<'_, W>, operator: &mpsc::Sender<Operator>) -> Result<(), DemoError> {
    app.remark("The operator enters the exit command.")?;
    // The server may have ended already; then no EXIT_LINK comes, and that is what is reported.
    let _ = operator.blocking_send(Operator::Exit);
    let msgid =
        app.expect_some("EXIT_LINK/INFO", "the server is about to exit", |message| match message {
            Message::ExitLink(event) => Some(event.msgid.clone()),
            _ => None,
        })?;
    let status = Some(ExitLinkStatus::Success.into());
    app.send(ExitLinkResponse { msgid, status }, "the application is ready for it")
}

fn play(msgid: &Text, port: &PortText, file: &str, mode: PlayMode) -> PlayVoiceFile {
    PlayVoiceFile {
        msgid: msgid.clone(),
        trunk_port: Some(port.clone()),
        file1: Some(file.into()),
        file2: None,
        file3: None,
        file4: None,
        anumber: None,
        bnumber: None,
        mode: Some(mode.into()),
    }
}

/// Dials, and waits for the outcome that is expected; the port it went out on.
fn dial<W: Write>(
    app: &mut Application<'_, W>,
    msgid: &str,
    number: &str,
    mode: DialMode,
    expected: DialoutEvent,
    meaning: &str,
) -> Result<PortText, DemoError> {
    let msgid = Text::from(msgid);
    app.send(
        Dial {
            msgid: msgid.clone(),
            campid: None,
            dnis: Some(number.into()),
            ani: Some("8005551212".into()),
            agents: None,
            livemessage: None,
            ansmessage: None,
            rings: Some("4".into()),
            mode: Some(mode.into()),
        },
        "dial this number and tell how the call goes",
    )?;
    let accepted = DialoutResponse { msgid: msgid.clone(), status: DialoutStatus::Success };
    app.expect(accepted, "the request is good, the number is being dialled")?;
    app.expect_some("DIALOUT/TERMINATION", meaning, |message| match message {
        Message::DialoutTermination(DialoutTermination { msgid: of, event, trunk_port, .. })
            if *of == msgid && *event == expected =>
        {
            Some(trunk_port.clone())
        }
        _ => None,
    })
}

/// Ten seconds of a little melody, as a VOX file: long enough to be interrupted.
pub(super) fn welcome() -> Vec<u8> {
    melody(&[523, 659, 784, 1047, 784, 659, 523, 392].repeat(3), 420)
}

/// A short one.
pub(super) fn goodbye() -> Vec<u8> {
    melody(&[784, 659, 523], 300)
}

fn melody(notes: &[u16], ms: u32) -> Vec<u8> {
    let samples: Vec<i16> =
        notes.iter().flat_map(|&hz| Tone::sine(f64::from(hz), -13.0).samples(ms)).collect();
    vox::encode(&samples, VoxFormat::Adpcm8000)
}
