//! Trunk status, and the two ways a call ends: the application's and the network's.

use std::time::{Duration, Instant};

use edge::cdr::{Cdr, Direction};
use edge::signal::{self, Cause, End, Side};
use edge::{LegId, Line, sound};
use protocol::{
    AppTrunkDisconnect, AppTrunkDisconnectResponse, AppTrunkDisconnectStatus, AppTrunkStatus,
    AppTrunkStatusResponse, AppTrunkStatusStatus, DialoutEvent, NetworkTrunkDisconnect,
};

use crate::alarm::Alarm;
use crate::call::{Call, Closing, Phase};
use crate::ending::Ending;
use crate::inbound::{self, Then};
use crate::input::{LinkId, Output};
use crate::limits;
use crate::orders::Orders;
use crate::outward::Outward;
use crate::pending::Pending;
use crate::port::Port;
use crate::switch::Switch;
use crate::voice::Voice;

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
        let port = request.trunk_port.unwrap_or_default();
        let own = self.ports.named(&port);
        let pending = Pending::new(link, request.msgid, port);
        let Some(own) = own else {
            return answer(pending, AppTrunkDisconnectStatus::InvalidTrunkport, out);
        };
        self.hang_up(now, own, out);
        let call = self.ports.get_mut(own).and_then(|port| port.call.as_mut());
        if let Some(Call { phase, recording: Some(_), .. }) = call
            && let Phase::Clearing(disconnects) | Phase::Closing(Closing { disconnects, .. }) = phase
            && disconnects.len() < limits::STOPS
        {
            return disconnects.push(pending);
        }
        answer(pending, AppTrunkDisconnectStatus::Success, out);
    }

    /// Hangs up the call of a port for its application: the network first, then what was owed.
    pub(crate) fn hang_up(&mut self, now: Instant, own: u16, out: &mut Orders) {
        let Some(call) = self.ports.get(own).and_then(|port| port.call.as_ref()) else { return };
        let leg = call.leg;
        if let Phase::Queued(_) | Phase::Outward(Outward { is_queued: true, .. }) = call.phase {
            let end = End { by: Side::Us, cause: Cause::Normal, status: None, q850: None };
            return self.ended(now, leg, end, out);
        }
        let follower = self.leave_bridge(leg, out);
        match self.clear(now, own, Cause::Normal, out) {
            Some(Phase::Queued(progress) | Phase::Placing(progress) | Phase::Ringing(progress, _)) => {
                progress.pending.terminate(DialoutEvent::Noans, None, out);
            }
            Some(Phase::Judging(progress)) => progress.end(out),
            Some(Phase::Waiting(waiting)) => self.end_waiting(now, leg, waiting, out),
            Some(Phase::Summoned(errand) | Phase::Outward(Outward { errand, .. })) => {
                self.missed(now, own, errand, Cause::Normal, out);
            }
            Some(Phase::Calling(callee)) => self.call_no_more(now, callee, out),
            Some(Phase::Answering(Then::Meet(callee))) => self.let_go(callee),
            Some(Phase::Up(voice)) => {
                self.end_voice(leg, voice, Ending::Disconnected, out);
                self.end_recording(now, leg, Ending::Disconnected, out);
            }
            Some(Phase::Answering(then)) => then.hang_up(out),
            Some(Phase::Alerting(_)) => {}
            Some(Phase::Declining(_) | Phase::Clearing(_) | Phase::Closing(_)) | None => {
                self.declined(leg, out);
            }
        }
        self.serve_deferred(now, own, out);
        self.end_follower(now, follower, out);
    }

    /// Tells the network that the call of a port is over, and gives back what went on until then; nothing
    /// where it is ending already.
    pub(crate) fn clear(&mut self, now: Instant, own: u16, cause: Cause, out: &mut Orders) -> Option<Phase> {
        let call = self.ports.get_mut(own)?.call.as_mut()?;
        if call.phase.is_ending() {
            return None;
        }
        out.push(Output::Signal(signal::Command::HangUp { leg: call.leg, cause }));
        self.alarms.set(now + limits::CLEARING, Alarm::Clearing(call.leg));
        Some(call.phase.take())
    }

    /// A leg is over: the one way every call ends. What was owed is told, but for a recording whose file
    /// is not whole yet: then the port and the last words wait for that (behaviours B54, B79, B151).
    pub(crate) fn ended(&mut self, now: Instant, leg: LegId, end: End, out: &mut Orders) {
        out.push(Output::Sound(sound::Command::Close { leg }));
        if let Some((_, call)) = self.ports.call_mut(leg) {
            call.joined.forget();
        }
        if end.by == Side::Network {
            self.refer_goes_on(leg);
        }
        let follower = self.leave_bridge(leg, out);
        self.end_call(now, leg, end, out);
        self.end_follower(now, follower, out);
    }

    /// Ends the call of a leg that hung on one that is over (decision D12).
    fn end_follower(&mut self, now: Instant, follower: Option<LegId>, out: &mut Orders) {
        if let Some(leg) = follower {
            self.drop_call(now, leg, Cause::Normal, out);
        }
    }

    fn end_call(&mut self, now: Instant, leg: LegId, end: End, out: &mut Orders) {
        let Some((own, call)) = self.ports.call_mut(leg) else { return };
        let mut closing = Closing { end, at: now, is_told: false, disconnects: Vec::new() };
        match call.phase.take() {
            Phase::Queued(progress) | Phase::Placing(progress) | Phase::Ringing(progress, _) => {
                let Some((call, line, record)) = self.free(own, end, now) else { return };
                self.dial_over(now, call, line, progress, end, out);
                return self.freed(now, own, record, out);
            }
            Phase::Summoned(errand) => {
                let Some((_, _, record)) = self.free(own, end, now) else { return };
                self.missed(now, own, errand, end.cause, out);
                return self.freed(now, own, record, out);
            }
            Phase::Outward(outward) => {
                let Some((call, _, record)) = self.free(own, end, now) else { return };
                self.outward_over(now, own, call, outward, end, out);
                return self.freed(now, own, record, out);
            }
            Phase::Calling(callee) => self.call_no_more(now, callee, out),
            Phase::Answering(Then::Meet(callee)) => self.let_go(callee),
            Phase::Judging(progress) => {
                closing.is_told = true;
                progress.end(out);
            }
            Phase::Waiting(waiting) => {
                closing.is_told = waiting.party.progress.is_told();
                self.end_waiting(now, leg, waiting, out);
            }
            Phase::Up(voice) => {
                closing.is_told = true;
                self.end_voice(leg, voice, Ending::Dropped, out);
            }
            Phase::Alerting(_) => closing.is_told = true,
            Phase::Answering(then) => {
                closing.is_told = true;
                then.drop_out(out);
            }
            Phase::Declining(pending) => inbound::end_decline(pending, out),
            Phase::Clearing(disconnects) => closing.disconnects = disconnects,
            phase @ Phase::Closing(_) => {
                call.phase = phase;
                return;
            }
        }
        self.end_recording(now, leg, Ending::Dropped, out);
        if let Some((_, call)) = self.ports.call_mut(leg)
            && call.recording.is_some()
        {
            call.phase = Phase::Closing(closing);
            return self.serve_deferred(now, own, out);
        }
        self.close(now, own, closing, out);
    }

    /// The file of a recording is whole: a call that waited for it goes on to its end.
    pub(crate) fn file_is_whole(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let Some((own, call)) = self.ports.call_mut(leg) else { return };
        match call.phase.take() {
            Phase::Closing(closing) => self.close(now, own, closing, out),
            Phase::Clearing(disconnects) => {
                for pending in disconnects {
                    answer(pending, AppTrunkDisconnectStatus::Success, out);
                }
            }
            other => call.phase = other,
        }
    }

    /// The last of a call: its port is free, its record is written (decision U23).
    fn close(&mut self, now: Instant, own: u16, closing: Closing, out: &mut Orders) {
        let Some((call, _, mut record)) = self.free(own, closing.end, closing.at) else { return };
        record.waited = now.saturating_duration_since(closing.at);
        if closing.is_told {
            let event = NetworkTrunkDisconnect { msgid: self.next_msgid(), trunk_port: self.ports.name(own) };
            self.ask(now, call.owner, event, out);
        }
        for pending in closing.disconnects {
            answer(pending, AppTrunkDisconnectStatus::Success, out);
        }
        self.freed(now, own, record, out);
    }

    /// Takes the call off a port, with its record.
    pub(crate) fn free(&mut self, own: u16, end: End, at: Instant) -> Option<(Call, Line, Cdr)> {
        let line = self.ports.get(own)?.line;
        let call = self.ports.release(own)?;
        self.tally.ended += 1;
        let record = record(&call, self.ports.known(own), line, end, at);
        Some((call, line, record))
    }

    /// A port has no call any more.
    pub(crate) fn freed(&mut self, now: Instant, own: u16, record: Cdr, out: &mut Orders) {
        out.push(Output::Record(record));
        self.serve_deferred(now, own, out);
        self.exit_call_ended(now, out);
    }

    /// The house ends a call of itself: its media is gone, or its far side is, or who it hung on; nobody says
    /// what is to be done with it; or it has heard what there is to hear. Its application is told as of an end
    /// by the network.
    pub(crate) fn drop_call(&mut self, now: Instant, leg: LegId, cause: Cause, out: &mut Orders) {
        let Some(own) = self.ports.of_leg(leg) else { return };
        let call = self.ports.get(own).and_then(|port| port.call.as_ref());
        if call.is_some_and(|call| call.phase.is_ending()) {
            return;
        }
        out.push(Output::Signal(signal::Command::HangUp { leg, cause }));
        // The signalling side's own end finds the leg gone.
        self.ended(now, leg, End { by: Side::Us, cause, status: None, q850: None }, out);
    }

    /// The signalling side did not end a call that we hung up: the port is freed without it.
    pub(crate) fn clearing_over(&mut self, now: Instant, leg: LegId, out: &mut Orders) {
        let phase = self.ports.call(leg).map(|call| &call.phase);
        if let Some(Phase::Clearing(_) | Phase::Declining(_)) = phase {
            self.ended(now, leg, End { by: Side::Us, cause: Cause::Lost, status: None, q850: None }, out);
        }
    }
}

/// What APP_TRUNK_STATUS says of a port (decision U20). Keys that are sent are dialled; one that only
/// listens to two parties records them.
pub(crate) fn activity(port: &Port) -> AppTrunkStatusStatus {
    let Some(call) = &port.call else { return AppTrunkStatusStatus::Waiting };
    match &call.phase {
        Phase::Queued(_)
        | Phase::Placing(_)
        | Phase::Ringing(..)
        | Phase::Judging(_)
        | Phase::Waiting(_)
        | Phase::Summoned(_)
        | Phase::Outward(_)
        | Phase::Calling(_)
        | Phase::Up(Voice::Sending(_)) => AppTrunkStatusStatus::Dialing,
        Phase::Up(Voice::Awaiting(_) | Voice::Looking(..) | Voice::Playing(_) | Voice::Noting(_)) => {
            AppTrunkStatusStatus::Playing
        }
        Phase::Up(_) if call.recording.is_some() => AppTrunkStatusStatus::Recording,
        Phase::Up(Voice::Announcing(_)) => AppTrunkStatusStatus::Playing,
        Phase::Alerting(_)
        | Phase::Answering(_)
        | Phase::Up(_)
        | Phase::Declining(_)
        | Phase::Clearing(_)
        | Phase::Closing(_) => AppTrunkStatusStatus::Waiting,
    }
}

fn answer(pending: Pending, status: AppTrunkDisconnectStatus, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port| AppTrunkDisconnectResponse { msgid, trunk_port, status });
}

pub(crate) fn record(call: &Call, own: u16, line: Line, end: End, at: Instant) -> Cdr {
    Cdr {
        leg: call.leg,
        port: Some(own),
        line: Some(line),
        agent: match line {
            Line::Station(agent) => Some(agent),
            Line::Trunk(_) => call.agent,
        },
        joined: call.joined.met,
        direction: if call.leg.is_arrived() { Direction::Inbound } else { Direction::Outbound },
        dnis: call.dnis.clone(),
        ani: call.ani.clone().unwrap_or_default(),
        redirecting: call.redirecting.clone(),
        campaign: call.campaign.to_string(),
        total: at.saturating_duration_since(call.began),
        talk: call.answered.map(|answered| at.saturating_duration_since(answered)),
        waited: Duration::ZERO,
        end,
    }
}
