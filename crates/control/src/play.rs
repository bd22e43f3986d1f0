//! PLAY_VOICE_FILE and STOP_PLAY_VOICE_FILE.

use std::time::Instant;

use edge::sound::{self, Barge, Clip, PlayEnd, Repeat};
use edge::{LegId, PlayId};
use protocol::{
    DialoutEvent, Keyword, PlayMode, PlayVoiceFile, PlayVoiceFileEvent, PlayVoiceFileResponse,
    PlayVoiceFileStatus, PlayVoiceFileTermination, StopPlayVoiceFile, StopPlayVoiceFileEvent,
    StopPlayVoiceFileResponse, StopPlayVoiceFileStatus, StopPlayVoiceFileTermination, Text,
};

use crate::alarm::Alarm;
use crate::call::{Phase, Voice};
use crate::input::{LinkId, Missing, Output, Ticket};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;

impl Switch {
    /// Checks a play and looks up its files (behaviours B137, B138, B141, B147).
    pub(crate) fn play(&mut self, link: LinkId, request: PlayVoiceFile, out: &mut Orders) {
        let port_text = request.trunk_port.clone().unwrap_or_default();
        let own = self.ports.named(&port_text);
        let pending = Pending::new(link, request.msgid, port_text);
        let Some((own, port)) = own.and_then(|own| Some((own, self.ports.get_mut(own)?))) else {
            return refuse(pending, PlayVoiceFileStatus::InvalidTrunkPort, out);
        };
        let Some(Phase::Up(voice)) = port.call.as_mut().map(|call| &mut call.phase) else {
            return refuse(pending, PlayVoiceFileStatus::InvalidChannelState, out);
        };
        let Some(barge) = barge_of(request.mode.as_ref()) else {
            return refuse(pending, PlayVoiceFileStatus::InvalidMode, out);
        };
        match std::mem::replace(voice, Voice::Quiet) {
            Voice::Quiet => {}
            // A play is the application's answer to the message: no key is waited for any more.
            Voice::KeyWait { pending } => pending.terminate(DialoutEvent::Eof, None, out),
            busy => {
                *voice = busy;
                return refuse(pending, PlayVoiceFileStatus::VoiceChannelBusy, out);
            }
        }
        let Some(first) = request.file1 else {
            return refuse(pending, PlayVoiceFileStatus::File1Missing, out);
        };
        let rest = [request.file2, request.file3, request.file4];
        let ticket = Ticket(self.tickets.next());
        *voice = Voice::Looking { ticket, pending, barge };
        // A file left out between others leaves a gap, so that FILEn_MISSING names the right one.
        let asked = std::iter::once(Some(first)).chain(rest);
        let (places, names) = asked.zip(0u8..).filter_map(|(name, place)| Some((place, name?))).unzip();
        self.play_looks.insert(ticket, PlayLook { own, places });
        out.push(Output::Find { ticket, names });
    }

    /// The files of a play were looked up: it starts, or the first one missing is named.
    pub(crate) fn play_files(
        &mut self,
        now: Instant,
        ticket: Ticket,
        files: Vec<Result<Clip, Missing>>,
        out: &mut Orders,
    ) {
        let Some(PlayLook { own, places }) = self.play_looks.remove(&ticket) else { return };
        let Some(call) = self.ports.get_mut(own).and_then(|port| port.call.as_mut()) else { return };
        let Phase::Up(voice) = &mut call.phase else { return };
        match std::mem::replace(voice, Voice::Quiet) {
            Voice::Looking { ticket: waiting, pending, barge } if waiting == ticket => {
                match all_there(places, files) {
                    Err(status) => refuse(pending, status, out),
                    Ok(clips) => {
                        pending.answer(out, |msgid, trunk_port| PlayVoiceFileResponse {
                            msgid,
                            trunk_port,
                            status: PlayVoiceFileStatus::Success,
                        });
                        let play = PlayId(self.plays.next());
                        let (leg, repeat) = (call.leg, Repeat::Once);
                        out.push(Output::Sound(sound::Command::Play { leg, play, clips, barge, repeat }));
                        *voice = Voice::Playing { play, pending, stops: Vec::new() };
                    }
                }
            }
            other => *voice = other,
        }
        self.serve_deferred(now, own, out);
    }

    /// Stops a play, whatever started it (behaviours B145, B146; decision U67).
    pub(crate) fn stop_play(&mut self, link: LinkId, request: StopPlayVoiceFile, out: &mut Orders) {
        let port_text = request.trunk_port.unwrap_or_default();
        let own = self.ports.named(&port_text);
        let pending = Pending::new(link, request.msgid, port_text);
        let Some(port) = own.and_then(|own| self.ports.get_mut(own)) else {
            return refuse_stop(pending, StopPlayVoiceFileStatus::InvalidTrunkPort, out);
        };
        let Some(call) = port.call.as_mut() else {
            return refuse_stop(pending, StopPlayVoiceFileStatus::InvalidChannelState, out);
        };
        match &mut call.phase {
            Phase::Up(Voice::Playing { play, stops, .. } | Voice::Announcing { play, stops, .. })
                if stops.len() < limits::STOPS =>
            {
                pending.answer(out, |msgid, trunk_port| StopPlayVoiceFileResponse {
                    msgid,
                    trunk_port,
                    status: StopPlayVoiceFileStatus::Success,
                });
                if stops.is_empty() {
                    out.push(Output::Sound(sound::Command::Stop { leg: call.leg, play: *play }));
                }
                stops.push(pending);
            }
            Phase::Up(_) => refuse_stop(pending, StopPlayVoiceFileStatus::VoiceChannelNotPlaying, out),
            _ => refuse_stop(pending, StopPlayVoiceFileStatus::InvalidChannelState, out),
        }
    }

    /// The engine ended a play.
    pub(crate) fn play_ended(
        &mut self,
        now: Instant,
        leg: LegId,
        play: PlayId,
        end: PlayEnd,
        out: &mut Orders,
    ) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        let Phase::Up(voice) = &mut call.phase else { return };
        if voice.play() != Some(play) {
            return; // The end of a play that was already ended by something else.
        }
        match std::mem::replace(voice, Voice::Quiet) {
            Voice::Playing { pending, stops, .. } => {
                let (event, dtmf) = match end {
                    PlayEnd::Finished => (PlayVoiceFileEvent::Eof, None),
                    PlayEnd::Key(key) => (PlayVoiceFileEvent::Dtmf, Some(Text::from(key.to_string()))),
                    PlayEnd::Stopped => (PlayVoiceFileEvent::Stopped, None),
                };
                end_play(pending, event, dtmf, out);
                end_stops(stops, out);
            }
            Voice::Announcing { pending, stops, .. } => {
                match end {
                    PlayEnd::Finished if stops.is_empty() => {
                        *voice = Voice::KeyWait { pending };
                        self.alarms.set(now + limits::KEY_WAIT, Alarm::KeyWait(leg));
                    }
                    PlayEnd::Finished | PlayEnd::Stopped => pending.terminate(DialoutEvent::Eof, None, out),
                    PlayEnd::Key(key) => {
                        pending.terminate(DialoutEvent::Eof, Some(Text::from(key.to_string())), out);
                    }
                }
                end_stops(stops, out);
            }
            other => *voice = other,
        }
    }

    /// A key that ends the wait after a message (behaviour B50). A key during a play ends it in the
    /// engine, where no frame is lost.
    pub(crate) fn key(&mut self, leg: LegId, key: edge::Key, out: &mut Orders) {
        let Some((_, call)) = self.ports.call_mut(leg) else { return };
        if let Phase::Up(voice @ Voice::KeyWait { .. }) = &mut call.phase
            && let Voice::KeyWait { pending } = std::mem::replace(voice, Voice::Quiet)
        {
            pending.terminate(DialoutEvent::Eof, Some(Text::from(key.to_string())), out);
        }
    }
}

/// A play whose files are being looked up: on which port, and which of FILE1 to FILE4 (0-based) each is.
#[derive(Debug)]
pub(crate) struct PlayLook {
    own: u16,
    places: Vec<u8>,
}

/// Ends what a voice channel does because its call ended, with the event that says so.
pub(crate) fn end_voice(voice: Voice, event: PlayVoiceFileEvent, out: &mut Orders) {
    match voice {
        Voice::Quiet => {}
        Voice::Looking { pending, .. } => refuse(pending, PlayVoiceFileStatus::InvalidChannelState, out),
        Voice::Playing { pending, stops, .. } => {
            end_play(pending, event, None, out);
            end_stops(stops, out);
        }
        // DIALOUT has no event for a drop during its message (decision U10): the message is over.
        Voice::Announcing { pending, stops, .. } => {
            pending.terminate(DialoutEvent::Eof, None, out);
            end_stops(stops, out);
        }
        Voice::KeyWait { pending } => pending.terminate(DialoutEvent::Eof, None, out),
    }
}

const fn barge_of(mode: Option<&Keyword<PlayMode>>) -> Option<Barge> {
    match mode {
        Some(Keyword::Known(PlayMode::Interruptable)) => Some(Barge::AnyKey),
        Some(Keyword::Known(PlayMode::Uninterruptable)) => Some(Barge::Never),
        // UNINTCOLLECTDIG writes a file of digits, which this version does not do yet.
        Some(Keyword::Known(PlayMode::UnintCollectDig) | Keyword::Unknown(_)) | None => None,
    }
}

fn all_there(places: Vec<u8>, files: Vec<Result<Clip, Missing>>) -> Result<Vec<Clip>, PlayVoiceFileStatus> {
    let missing = |place| match place {
        0 => PlayVoiceFileStatus::File1Missing,
        1 => PlayVoiceFileStatus::File2Missing,
        2 => PlayVoiceFileStatus::File3Missing,
        _ => PlayVoiceFileStatus::File4Missing,
    };
    places.into_iter().zip(files).map(|(place, file)| file.map_err(|_| missing(place))).collect()
}

fn refuse(pending: Pending, status: PlayVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| PlayVoiceFileResponse { msgid, trunk_port, status });
}

fn end_play(pending: Pending, event: PlayVoiceFileEvent, dtmf: Option<Text>, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| PlayVoiceFileTermination { msgid, trunk_port, event, dtmf });
}

fn refuse_stop(pending: Pending, status: StopPlayVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| StopPlayVoiceFileResponse { msgid, trunk_port, status });
}

fn end_stops(stops: Vec<Pending>, out: &mut Orders) {
    for stop in stops {
        stop.settle(out, |msgid, trunk_port| StopPlayVoiceFileTermination {
            msgid,
            trunk_port,
            event: StopPlayVoiceFileEvent::Success,
        });
    }
}
