//! RECORD_TWO_WAY_VOICE and STOP_RECORD_TWO_WAY_VOICE. It only listens: what the ports play, collect and
//! send goes on.

use std::time::Instant;

use edge::sound::{Signs, Until};
use protocol::{
    PortText, RecordTwoWayVoice, RecordTwoWayVoiceEvent, RecordTwoWayVoiceResponse, RecordTwoWayVoiceStatus,
    RecordTwoWayVoiceTermination, StopRecordTwoWayVoice, StopRecordTwoWayVoiceEvent,
    StopRecordTwoWayVoiceResponse, StopRecordTwoWayVoiceStatus, StopRecordTwoWayVoiceTermination,
};

use crate::input::LinkId;
use crate::limits;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::recording::{Parties, Recording, Stop};
use crate::switch::Switch;
use crate::voice::Unfit;

impl Switch {
    /// Records the parties on two ports, joined or not (behaviours B155, B158; decisions C30, U82).
    pub(crate) fn record_two_way(
        &mut self,
        now: Instant,
        link: LinkId,
        request: RecordTwoWayVoice,
        out: &mut Orders,
    ) {
        let (port1, port2) =
            (request.trunk_port1.unwrap_or_default(), request.trunk_port2.unwrap_or_default());
        let legs = self.two_legs(&port1, &port2);
        let pending = Pending::new(link, request.msgid, port1);
        let (first, second) = match legs {
            Ok(legs) => legs,
            Err(status) => {
                return pending.settle(out, |msgid, trunk_port1| RecordTwoWayVoiceResponse {
                    msgid,
                    trunk_port1,
                    trunk_port2: port2,
                    status,
                });
            }
        };
        // decision C30: a file that cannot be made is told as the end of a recording that was accepted.
        pending.answer(out, |msgid, trunk_port1| RecordTwoWayVoiceResponse {
            msgid,
            trunk_port1,
            trunk_port2: port2.clone(),
            status: RecordTwoWayVoiceStatus::Success,
        });
        let Some(name) = request.file_name else {
            return end(pending, port2, RecordTwoWayVoiceEvent::FaildFileCreate, out);
        };
        let parties = Parties::Two(first, second, port2);
        self.make(now, Recording::new(pending, parties, Until::default(), Signs::NONE), name, out);
    }

    fn two_legs(
        &mut self,
        port1: &PortText,
        port2: &PortText,
    ) -> Result<(edge::LegId, edge::LegId), RecordTwoWayVoiceStatus> {
        let first = self.ports.named(port1).ok_or(RecordTwoWayVoiceStatus::InvalidTrunkPort1)?;
        let second = self.ports.named(port2).ok_or(RecordTwoWayVoiceStatus::InvalidTrunkPort2)?;
        if first == second {
            return Err(RecordTwoWayVoiceStatus::TrunkPortsTheSame);
        }
        let mut leg = |port| match self.ports.up(port) {
            Ok(call) if call.recording.is_some() => Err(RecordTwoWayVoiceStatus::VoiceChannelBusy),
            Ok(call) => Ok(call.leg),
            Err(Unfit::NoPort | Unfit::NotUp | Unfit::Busy) => {
                Err(RecordTwoWayVoiceStatus::InvalidChannelState)
            }
        };
        Ok((leg(port1)?, leg(port2)?))
    }

    /// Stops the recording of two ports by either of them; only an error is answered (behaviours B157,
    /// B160; decisions A31, U83).
    pub(crate) fn stop_two_way(&mut self, link: LinkId, request: StopRecordTwoWayVoice, out: &mut Orders) {
        let port = request.trunk_port.unwrap_or_default();
        let record = self.ports.up(&port).ok().and_then(|call| call.recording);
        let pending = Pending::new(link, request.msgid, port);
        let stoppable = |recording: &Recording| {
            matches!(recording.parties, Parties::Two(..)) && recording.stops.len() < limits::STOPS
        };
        match record.filter(|record| self.recordings.get(record).is_some_and(stoppable)) {
            Some(record) => self.stop_recording(record, Stop::Answered(pending), out),
            None => pending.settle(out, |msgid, trunk_port1| StopRecordTwoWayVoiceResponse {
                msgid,
                trunk_port1,
                status: StopRecordTwoWayVoiceStatus::InvalidTrunkPort,
            }),
        }
    }
}

pub(crate) fn end(pending: Pending, trunk_port2: PortText, event: RecordTwoWayVoiceEvent, out: &mut Orders) {
    pending.settle(out, |msgid, trunk_port1| RecordTwoWayVoiceTermination {
        msgid,
        trunk_port1,
        trunk_port2,
        event,
    });
}

/// What they were to stop is over (decision U84).
pub(crate) fn end_stops(stops: Vec<Stop>, out: &mut Orders) {
    for stop in stops {
        let event = StopRecordTwoWayVoiceEvent::Success;
        stop.owed().settle(out, |msgid, trunk_port| StopRecordTwoWayVoiceTermination {
            msgid,
            trunk_port,
            event,
        });
    }
}
