//! PLAY_NUMBER.

use std::time::Instant;

use edge::sound::Barge;
use protocol::{
    Keyword, PlayNumber, PlayNumberEvent, PlayNumberFormat, PlayNumberMode, PlayNumberResponse,
    PlayNumberStatus, PlayNumberTermination, Text,
};

use crate::ending::Ending;
use crate::input::{LinkId, Sought};
use crate::orders::Orders;
use crate::pending::Pending;
use crate::playing::{Play, Purpose};
use crate::switch::Switch;

impl Switch {
    /// Checks a number and looks up the prompts that say it (behaviour B148; decisions U69 to U71).
    pub(crate) fn play_number(&mut self, now: Instant, link: LinkId, request: PlayNumber, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let call = self.ports.up(&port);
        let pending = Pending::new(link, request.msgid, port);
        let call = match call {
            Ok(call) => call,
            Err(unfit) => return refuse(pending, unfit.into(), out),
        };
        let barge = match request.mode {
            Some(Keyword::Known(PlayNumberMode::Interruptable)) => Barge::AnyKey,
            Some(Keyword::Known(PlayNumberMode::Uninterruptable)) => Barge::Never,
            Some(Keyword::Unknown(_)) | None => return refuse(pending, PlayNumberStatus::InvalidMode, out),
        };
        let speech = self.settings.speech;
        let style = match request.format {
            Some(Keyword::Known(PlayNumberFormat::Integers)) => speech.integers,
            Some(Keyword::Known(PlayNumberFormat::Decimal)) => speech::Style::Decimal,
            Some(Keyword::Unknown(_)) | None => return refuse(pending, PlayNumberStatus::InvalidMode, out),
        };
        let number = request.number.unwrap_or_default();
        let Ok(prompts) = speech::number(speech.language, &number, style) else {
            return refuse(pending, PlayNumberStatus::NotNumber, out);
        };
        if let Err(unfit) = call.take_channel_to_play(out) {
            return refuse(pending, unfit.into(), out);
        }
        let leg = call.leg;
        let play = Play { pending, purpose: Purpose::Number, barge };
        self.look(now, leg, play, prompts.into_iter().map(Sought::Prompt).collect(), out);
    }
}

/// The prompts of a number are there.
pub(crate) fn accept(pending: &Pending, out: &mut Orders) {
    let status = PlayNumberStatus::Success;
    pending.answer(out, |msgid, trunk_port| PlayNumberResponse { msgid, trunk_port, status });
}

pub(crate) fn refuse(pending: Pending, status: PlayNumberStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| PlayNumberResponse { msgid, trunk_port, status });
}

pub(crate) fn end(pending: Pending, ending: Ending, dtmf: Option<Text>, out: &mut Orders) {
    let event = match ending {
        // There is no word for one that was stopped (decision U101).
        Ending::Finished | Ending::Stopped | Ending::Disconnected => PlayNumberEvent::Eof,
        Ending::Key(_) => PlayNumberEvent::Dtmf,
        Ending::FastBusy => PlayNumberEvent::FastBusy,
        Ending::Noise => PlayNumberEvent::Noise,
        Ending::Dropped => PlayNumberEvent::LoopDrop,
    };
    pending.settle(out, |msgid, trunk_port| PlayNumberTermination { msgid, trunk_port, event, dtmf });
}
