//! PLAY_VOICE_FILE and STOP_PLAY_VOICE_FILE.

use std::time::Instant;

use edge::sound::Barge;
use protocol::{
    Keyword, PlayMode, PlayVoiceFile, PlayVoiceFileEvent, PlayVoiceFileResponse, PlayVoiceFileStatus,
    PlayVoiceFileTermination, StopPlayVoiceFile, StopPlayVoiceFileEvent, StopPlayVoiceFileResponse,
    StopPlayVoiceFileStatus, StopPlayVoiceFileTermination, Text,
};

use crate::call::Phase;
use crate::ending::Ending;
use crate::input::{LinkId, Sought};
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::playing::{Numbers, Play, Purpose};
use crate::switch::Switch;
use crate::voice::Voice;

impl Switch {
    /// Checks a play and looks up its files (behaviours B137, B138, B141, B147).
    pub(crate) fn play(&mut self, now: Instant, link: LinkId, request: PlayVoiceFile, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let call = match call {
            Ok(call) => call,
            Err(unfit) => return refuse(pending, unfit.into(), out),
        };
        let Some(Keyword::Known(mode)) = request.mode else {
            return refuse(pending, PlayVoiceFileStatus::InvalidMode, out);
        };
        if let Err(unfit) = call.take_channel_to_play(out) {
            return refuse(pending, unfit.into(), out);
        }
        let Some(first) = request.file1 else {
            return refuse(pending, PlayVoiceFileStatus::File1Missing, out);
        };
        let rest = [request.file2, request.file3, request.file4];
        // A file left out between others leaves a gap, so that FILEn_MISSING names the right one.
        let asked = std::iter::once(Some(first)).chain(rest).zip(0u8..);
        let (places, sought) = asked.filter_map(|(name, place)| Some((place, Sought::File(name?)))).unzip();
        let numbers =
            || Numbers { a: request.anumber.unwrap_or_default(), b: request.bnumber.unwrap_or_default() };
        let collect = (mode == PlayMode::UnintCollectDig).then(numbers);
        let barge = match mode {
            PlayMode::Interruptable => Barge::AnyKey,
            PlayMode::Uninterruptable | PlayMode::UnintCollectDig => Barge::Never,
        };
        let leg = call.leg;
        let play = Play { pending, purpose: Purpose::Files { places, collect }, barge };
        self.look(now, leg, play, sought, out);
    }

    /// Stops a play, whatever started it (behaviours B145, B146; decisions U67, U101).
    pub(crate) fn stop_play(&mut self, link: LinkId, request: StopPlayVoiceFile, out: &mut Orders) {
        let port_text = request.trunk_port.unwrap_or_default();
        let own = self.ports.named(&port_text);
        let pending = Pending::new(link, request.msgid, port_text);
        let Some(port) = own.and_then(|own| self.ports.get_mut(own)) else {
            return refuse_stop(pending, StopPlayVoiceFileStatus::InvalidTrunkPort, out);
        };
        match port.call.as_mut().map(|call| (call.leg, &mut call.phase)) {
            Some((leg, Phase::Up(Voice::Playing(playing)))) if playing.stops.len() < limits::STOPS => {
                pending.answer(out, |msgid, trunk_port| StopPlayVoiceFileResponse {
                    msgid,
                    trunk_port,
                    status: StopPlayVoiceFileStatus::Success,
                });
                playing.stop(leg, pending, out);
            }
            Some((_, Phase::Up(_))) => {
                refuse_stop(pending, StopPlayVoiceFileStatus::VoiceChannelNotPlaying, out);
            }
            _ => refuse_stop(pending, StopPlayVoiceFileStatus::InvalidChannelState, out),
        }
    }
}

/// The files of a play are there.
pub(crate) fn accept(pending: &Pending, out: &mut Orders) {
    let status = PlayVoiceFileStatus::Success;
    pending.answer(out, |msgid, trunk_port| PlayVoiceFileResponse { msgid, trunk_port, status });
}

pub(crate) fn refuse(pending: Pending, status: PlayVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| PlayVoiceFileResponse { msgid, trunk_port, status });
}

/// The file in this place (0-based) is missing.
pub(crate) const fn missing(place: u8) -> PlayVoiceFileStatus {
    match place {
        0 => PlayVoiceFileStatus::File1Missing,
        1 => PlayVoiceFileStatus::File2Missing,
        2 => PlayVoiceFileStatus::File3Missing,
        _ => PlayVoiceFileStatus::File4Missing,
    }
}

pub(crate) fn end(pending: Pending, ending: Ending, dtmf: Option<Text>, out: &mut Orders) {
    let event = match ending {
        Ending::Finished => PlayVoiceFileEvent::Eof,
        Ending::Key(_) => PlayVoiceFileEvent::Dtmf,
        Ending::Stopped | Ending::Disconnected => PlayVoiceFileEvent::Stopped,
        Ending::FastBusy => PlayVoiceFileEvent::Fastbusy,
        Ending::Noise => PlayVoiceFileEvent::Noise,
        Ending::Dropped => PlayVoiceFileEvent::Loopdrop,
    };
    pending.settle(out, |msgid, trunk_port| PlayVoiceFileTermination { msgid, trunk_port, event, dtmf });
}

fn refuse_stop(pending: Pending, status: StopPlayVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| StopPlayVoiceFileResponse { msgid, trunk_port, status });
}

/// What it was to stop is over.
pub(crate) fn end_stop(pending: Pending, out: &mut Orders) {
    let event = StopPlayVoiceFileEvent::Success;
    pending.settle(out, |msgid, trunk_port| StopPlayVoiceFileTermination { msgid, trunk_port, event });
}
