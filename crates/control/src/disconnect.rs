//! Trunk status, and the two ways a call ends: the application's and the network's.

use std::time::Instant;

use edge::cdr::{Cdr, Direction};
use edge::signal::{self, Cause, End, Side};
use edge::{LegId, sound};
use protocol::{
    AppTrunkDisconnect, AppTrunkDisconnectResponse, AppTrunkDisconnectStatus, AppTrunkStatus,
    AppTrunkStatusResponse, AppTrunkStatusStatus, DialoutEvent, NetworkTrunkDisconnect, PlayVoiceFileEvent,
};

use crate::alarm::Alarm;
use crate::call::{Call, Phase, Voice};
use crate::input::{LinkId, Output};
use crate::limits;
use crate::orders::Orders;
use crate::play::end_voice;
use crate::port::Port;
use crate::switch::Switch;

impl Switch {
    /// Says what a port does, and disturbs nothing (behaviours B75, B76; decision C01).
    pub(crate) fn trunk_status(&self, link: LinkId, request: AppTrunkStatus, out: &mut Orders) {
        let trunk_port = request.trunk_port.unwrap_or_default();
        let port = self.ports.named(&trunk_port).and_then(|own| self.ports.get(own));
        let status = port.map_or(AppTrunkStatusStatus::InvalidTrunkport, activity);
        out.tell(link, AppTrunkStatusResponse { msgid: request.msgid, trunk_port, status });
    }

    /// Ends the call of a port; a port without one is already as asked (behaviours B77, B78; decisions
    /// U21, U22).
    pub(crate) fn trunk_disconnect(
        &mut self,
        now: Instant,
        link: LinkId,
        request: AppTrunkDisconnect,
        out: &mut Orders,
    ) {
        let trunk_port = request.trunk_port.unwrap_or_default();
        let status = match self.ports.named(&trunk_port) {
            None => AppTrunkDisconnectStatus::InvalidTrunkport,
            Some(own) => {
                self.hang_up(now, own, out);
                AppTrunkDisconnectStatus::Success
            }
        };
        out.tell(link, AppTrunkDisconnectResponse { msgid: request.msgid, trunk_port, status });
    }

    /// Hangs up the call of a port for its application: the network first, then what was owed.
    pub(crate) fn hang_up(&mut self, now: Instant, own: u16, out: &mut Orders) {
        if let Some(Call { phase: Phase::Queued(_), leg, .. }) =
            self.ports.get(own).and_then(|p| p.call.as_ref())
        {
            let end = End { by: Side::Us, cause: Cause::Normal, status: None };
            return self.ended(now, *leg, end, out);
        }
        match self.clear(now, own, Cause::Normal, out) {
            Phase::Queued(progress) | Phase::Placing(progress) | Phase::Ringing(progress) => {
                progress.pending.terminate(DialoutEvent::Noans, None, out);
            }
            Phase::Up(voice) => end_voice(voice, PlayVoiceFileEvent::Stopped, out),
            Phase::Clearing => {}
        }
        self.serve_deferred(now, own, out);
    }

    /// Tells the network that the call of a port is over, and gives back what went on until then.
    pub(crate) fn clear(&mut self, now: Instant, own: u16, cause: Cause, out: &mut Orders) -> Phase {
        let Some(call) = self.ports.get_mut(own).and_then(|port| port.call.as_mut()) else {
            return Phase::Clearing;
        };
        let phase = std::mem::replace(&mut call.phase, Phase::Clearing);
        if !matches!(phase, Phase::Clearing) {
            out.push(Output::Signal(signal::Command::HangUp { leg: call.leg, cause }));
            self.alarms.set(now + limits::CLEARING, Alarm::Clearing(call.leg));
        }
        phase
    }

    /// A leg is over: the one way every call ends. Its port is free, its record is written, and the
    /// application hears what it was owed (behaviours B54, B79; decision U23).
    pub(crate) fn ended(&mut self, now: Instant, leg: LegId, end: End, out: &mut Orders) {
        out.push(Output::Sound(sound::Command::Close { leg }));
        let Some(own) = self.ports.of_leg(leg) else { return };
        let Some(port) = self.ports.get(own) else { return };
        let trunk = port.trunk;
        let Some(mut call) = self.ports.release(own) else { return };
        self.tally.ended += 1;
        let record = record(&call, own, trunk, now, end);
        match std::mem::replace(&mut call.phase, Phase::Clearing) {
            Phase::Queued(progress) | Phase::Placing(progress) | Phase::Ringing(progress) => {
                self.dial_over(now, call, trunk, progress, end, out);
            }
            Phase::Up(voice) => {
                end_voice(voice, PlayVoiceFileEvent::Loopdrop, out);
                let event =
                    NetworkTrunkDisconnect { msgid: self.next_msgid(), trunk_port: self.ports.name(own) };
                self.ask(now, call.owner, event, out);
            }
            Phase::Clearing => {}
        }
        out.push(Output::Record(record));
        self.serve_deferred(now, own, out);
        self.exit_call_ended(out);
    }

    /// The media of a call is gone, or its far side is: the call cannot go on.
    pub(crate) fn sound_lost(&mut self, now: Instant, leg: LegId, cause: Cause, out: &mut Orders) {
        let Some(own) = self.ports.of_leg(leg) else { return };
        if let Some(Call { phase: Phase::Clearing, .. }) = self.ports.get(own).and_then(|p| p.call.as_ref()) {
            return;
        }
        out.push(Output::Signal(signal::Command::HangUp { leg, cause }));
        // The signalling side's own end finds the leg gone.
        self.ended(now, leg, End { by: Side::Us, cause, status: None }, out);
    }

    /// The signalling side did not end a call that we hung up: the port is freed without it.
    pub(crate) fn clearing_over(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        if let Some((_, Call { phase: Phase::Clearing, .. })) = self.ports.call_mut(leg) {
            self.ended(now, leg, End { by: Side::Us, cause: Cause::Lost, status: None }, out);
        }
    }
}

/// What APP_TRUNK_STATUS says of a port (decision U20).
pub(crate) fn activity(port: &Port) -> AppTrunkStatusStatus {
    match port.call.as_ref().map(|call| &call.phase) {
        Some(Phase::Queued(_) | Phase::Placing(_) | Phase::Ringing(_)) => AppTrunkStatusStatus::Dialing,
        Some(Phase::Up(Voice::Looking { .. } | Voice::Playing { .. } | Voice::Announcing { .. })) => {
            AppTrunkStatusStatus::Playing
        }
        Some(Phase::Up(Voice::Quiet | Voice::KeyWait { .. }) | Phase::Clearing) | None => {
            AppTrunkStatusStatus::Waiting
        }
    }
}

fn record(call: &Call, own: u16, trunk: edge::TrunkId, now: Instant, end: End) -> Cdr {
    Cdr {
        leg: call.leg,
        port: Some(own),
        trunk: Some(trunk),
        direction: Direction::Outbound,
        dnis: call.dnis.clone(),
        ani: call.ani.clone().unwrap_or_default(),
        campaign: call.campaign.to_string(),
        total: now.saturating_duration_since(call.began),
        talk: call.answered.map(|answered| now.saturating_duration_since(answered)),
        end,
    }
}
