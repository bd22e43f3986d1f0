//! RECORD_VOICE_FILE and STOP_RECORD_VOICE_FILE.

use std::time::Instant;

use edge::sound::{Sign, Signs, Until};
use edge::{Key, Keys, LegId};
use protocol::{
    Keyword, KeywordList, RecordVoiceFile, RecordVoiceFileEvent, RecordVoiceFileResponse,
    RecordVoiceFileStatus, RecordVoiceFileTermCode, RecordVoiceFileTermination, StopRecordVoiceFile,
    StopRecordVoiceFileEvent, StopRecordVoiceFileOption, StopRecordVoiceFileResponse,
    StopRecordVoiceFileStatus, StopRecordVoiceFileTermination, Text,
};

use crate::call::{Call, Phase};
use crate::ending::Ending;
use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::recording::{Parties, Recording, Stop};
use crate::switch::Switch;
use crate::voice::{Unfit, Voice};

/// What TERM_CODE asks for. The end of the call ends a recording whether it is asked for or not: there is
/// nothing left to record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct TermCode {
    keys: Keys,
    silence: bool,
    fast_busy: bool,
}

impl TermCode {
    /// Everything, as without TERM_CODE (decision U75).
    const ALL: Self = Self { keys: Keys::ALL, silence: true, fast_busy: true };

    /// Reads words and sets of keys with commas between them, in any combination (decisions S22, U102);
    /// none where one of them is neither.
    fn read(list: &KeywordList<RecordVoiceFileTermCode>) -> Option<Self> {
        let mut code = Self { keys: Keys::NONE, silence: false, fast_busy: false };
        let mut keys: Vec<Key> = Vec::new();
        for item in list.iter() {
            match item {
                Keyword::Known(RecordVoiceFileTermCode::DtmfMask) => {
                    keys.extend((0..16).filter_map(Key::from_event));
                }
                Keyword::Known(RecordVoiceFileTermCode::Silence) => code.silence = true,
                Keyword::Known(RecordVoiceFileTermCode::FastBusy) => code.fast_busy = true,
                Keyword::Known(RecordVoiceFileTermCode::LoopDrop) => {}
                Keyword::Unknown(faces) => {
                    for face in faces.chars() {
                        keys.push(Key::from_face(face)?);
                    }
                }
            }
        }
        code.keys = keys.into_iter().collect();
        Some(code)
    }
}

impl Switch {
    /// Checks a recording and has its file made (behaviours B149, B150; decisions U72, U100).
    pub(crate) fn record(&mut self, now: Instant, link: LinkId, request: RecordVoiceFile, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let call = match call {
            Ok(call) => call,
            Err(unfit) => return refuse(pending, unfit.into(), out),
        };
        let Some(code) = request.term_code.as_ref().map_or(Some(TermCode::ALL), TermCode::read) else {
            return refuse(pending, RecordVoiceFileStatus::InvalidTermcode, out);
        };
        if call.recording.is_some() {
            return refuse(pending, RecordVoiceFileStatus::VoiceChannelBusy, out);
        }
        if let Err(unfit) = call.take_channel(out) {
            return refuse(pending, unfit.into(), out);
        }
        let Some(name) = request.file_name else {
            return refuse(pending, RecordVoiceFileStatus::FailedToCreateFile, out);
        };
        let leg = call.leg;
        self.begin_recording(now, leg, pending, code, name, out);
    }

    /// What a RECEIVE_CALL is answered with: everything that can end it does (decision U75).
    pub(crate) fn record_caller(
        &mut self,
        now: Instant,
        leg: LegId,
        pending: Pending,
        name: Text,
        out: &mut Orders,
    ) {
        self.begin_recording(now, leg, pending, TermCode::ALL, name, out);
    }

    fn begin_recording(
        &mut self,
        now: Instant,
        leg: LegId,
        pending: Pending,
        code: TermCode,
        name: Text,
        out: &mut Orders,
    ) {
        self.set_voice(leg, Voice::Making);
        let settings = &self.settings.recording;
        let until = Until {
            keys: code.keys,
            silence: code.silence.then_some(settings.silence),
            longest: Some(settings.longest),
            beep: settings.beep,
        };
        let watched = [Sign::FastBusy, Sign::Noise]
            .into_iter()
            .filter(|&sign| self.settings.signs.has(sign) && (code.fast_busy || sign != Sign::FastBusy));
        let signs: Signs = watched.collect();
        self.make(now, Recording::new(pending, Parties::One(leg), until, signs), name, out);
    }

    /// Stops a recording (behaviours B152 to B154; decision C28).
    pub(crate) fn stop_record(&mut self, link: LinkId, request: StopRecordVoiceFile, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let record = match call {
            Ok(Call { phase: Phase::Up(Voice::Recording), recording: Some(record), .. }) => *record,
            Ok(_) => return refuse_stop(pending, StopRecordVoiceFileStatus::VoiceChannelNotRecording, out),
            Err(Unfit::NoPort) => {
                return refuse_stop(pending, StopRecordVoiceFileStatus::InvalidTrunkPort, out);
            }
            Err(_) => return refuse_stop(pending, StopRecordVoiceFileStatus::InvalidChannelState, out),
        };
        if self.recordings.get(&record).is_none_or(|recording| recording.stops.len() >= limits::STOPS) {
            return refuse_stop(pending, StopRecordVoiceFileStatus::VoiceChannelNotRecording, out);
        }
        let stop = match request.option {
            Some(Keyword::Known(StopRecordVoiceFileOption::Stas)) => Stop::Synchronous(pending),
            Some(Keyword::Unknown(_)) | None => {
                answer_stop(&pending, out);
                Stop::Answered(pending)
            }
        };
        self.stop_recording(record, stop, out);
    }
}

/// The file of a recording was made.
pub(crate) fn accept(pending: &Pending, out: &mut Orders) {
    let status = RecordVoiceFileStatus::Success;
    pending.answer(out, |msgid, trunk_port| RecordVoiceFileResponse { msgid, trunk_port, status });
}

pub(crate) fn refuse(pending: Pending, status: RecordVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| RecordVoiceFileResponse { msgid, trunk_port, status });
}

/// The last words on a recording, then on the requests to stop it.
pub(crate) fn end(pending: Pending, ending: Ending, stops: Vec<Stop>, out: &mut Orders) {
    let event = match ending {
        Ending::Finished | Ending::Stopped | Ending::Disconnected => RecordVoiceFileEvent::Eof,
        Ending::Key(_) => RecordVoiceFileEvent::Dtmf,
        Ending::FastBusy => RecordVoiceFileEvent::FastBusy,
        Ending::Noise => RecordVoiceFileEvent::Noise,
        Ending::Dropped => RecordVoiceFileEvent::LoopDrop,
    };
    let dtmf = ending.key().map(|key| Text::from(key.to_string()));
    pending.settle(out, |msgid, trunk_port| RecordVoiceFileTermination { msgid, trunk_port, event, dtmf });
    for stop in stops {
        let pending = match stop {
            Stop::Answered(pending) => pending,
            Stop::Synchronous(pending) => {
                answer_stop(&pending, out);
                pending
            }
        };
        let event = StopRecordVoiceFileEvent::Success;
        pending.settle(out, |msgid, trunk_port| StopRecordVoiceFileTermination { msgid, trunk_port, event });
    }
}

fn answer_stop(pending: &Pending, out: &mut Orders) {
    let status = StopRecordVoiceFileStatus::Success;
    pending.answer(out, |msgid, trunk_port| StopRecordVoiceFileResponse { msgid, trunk_port, status });
}

fn refuse_stop(pending: Pending, status: StopRecordVoiceFileStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| StopRecordVoiceFileResponse { msgid, trunk_port, status });
}
