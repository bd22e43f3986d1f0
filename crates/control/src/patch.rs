//! PATCH_PORTS and TEAR_PATCH: two calls are joined, and parted.

use edge::LegId;
use protocol::{
    PatchPorts, PatchPortsEvent, PatchPortsResponse, PatchPortsStatus, PatchPortsTermination, PortText,
    TearPatch, TearPatchEvent, TearPatchResponse, TearPatchStatus, TearPatchTermination,
};

use crate::bridge::{Bond, Part};
use crate::input::LinkId;
use crate::orders::Orders;
use crate::pending::Pending;
use crate::switch::Switch;

impl Switch {
    /// Joins the calls of two ports, whoever owns them (behaviours B95 to B97; decisions C21, C22, U35).
    pub(crate) fn patch_ports(&mut self, link: LinkId, request: PatchPorts, out: &mut Orders) {
        let (port1, port2) =
            (request.trunk_port1.unwrap_or_default(), request.trunk_port2.unwrap_or_default());
        let checked = self.apart(&port1, &port2);
        let pending = Pending::new(link, request.msgid, port1);
        let calls = match checked {
            Ok([one, other]) => one.zip(other),
            Err(status) => {
                return pending.settle(out, |msgid, trunk_port1| PatchPortsResponse {
                    msgid,
                    trunk_port1,
                    trunk_port2: port2,
                    status,
                });
            }
        };
        let event = match calls {
            Some((one, other)) => {
                self.adopt(one, link);
                self.adopt(other, link);
                self.join([one, other], Bond::Loose, out);
                PatchPortsEvent::Success
            }
            // decision D18: a port without a call is valid, and cannot be joined.
            None => PatchPortsEvent::Failed,
        };
        pending.settle(out, |msgid, trunk_port1| PatchPortsTermination {
            msgid,
            trunk_port1,
            trunk_port2: port2,
            event,
        });
    }

    /// The legs on two ports of which neither is joined with any; none where no call is up.
    fn apart(&mut self, port1: &PortText, port2: &PortText) -> Result<[Option<LegId>; 2], PatchPortsStatus> {
        let first = self.ports.named(port1).ok_or(PatchPortsStatus::InvalidTrunkPort1)?;
        let second = self.ports.named(port2).filter(|&second| second != first);
        second.ok_or(PatchPortsStatus::InvalidTrunkPort2)?;
        let mut leg = |port, joined| match self.ports.up(port) {
            Ok(call) if call.joined.bridge.is_some() => Err(joined),
            Ok(call) => Ok(Some(call.leg)),
            Err(_) => Ok(None),
        };
        let first = leg(port1, PatchPortsStatus::TrunkPort1AlreadyPatched)?;
        Ok([first, leg(port2, PatchPortsStatus::TrunkPort2AlreadyPatched)?])
    }

    /// Parts two ports, however they were joined; their calls stay (behaviours B98, B99; decisions C18, C42,
    /// U37).
    pub(crate) fn tear_patch(&mut self, link: LinkId, request: TearPatch, out: &mut Orders) {
        let (port1, port2) =
            (request.trunk_port1.unwrap_or_default(), request.trunk_port2.unwrap_or_default());
        let parted = self.parted(&port1, &port2);
        let pending = Pending::new(link, request.msgid, port1);
        match parted {
            Ok(goes) => {
                // Who parts two that a telephone joined has them both.
                for port in [pending.port(), &port2] {
                    if let Some(leg) = self.ports.named(port).and_then(|own| self.leg_up(own)) {
                        self.claim(leg, link);
                    }
                }
                self.rebridge_of(goes, |bridge| bridge.without(goes), out);
                let event = TearPatchEvent::Success;
                pending.settle(out, |msgid, trunk_port1| TearPatchTermination {
                    msgid,
                    trunk_port1,
                    trunk_port2: port2,
                    event,
                });
            }
            Err(status) => pending.settle(out, |msgid, trunk_port1| TearPatchResponse {
                msgid,
                trunk_port1,
                trunk_port2: port2,
                status,
            }),
        }
    }

    /// Which leg goes when two ports are parted that are joined with each other: of one that consults and
    /// another, it is the other, so that he keeps whom he talks with, or whom he lets wait.
    fn parted(&mut self, port1: &PortText, port2: &PortText) -> Result<LegId, TearPatchStatus> {
        self.ports.named(port1).ok_or(TearPatchStatus::InvalidTrunkPort1)?;
        self.ports.named(port2).ok_or(TearPatchStatus::InvalidTrunkPort2)?;
        let mut leg = |port| self.ports.up(port).map(|call| call.leg).ok();
        let (Some(one), Some(other)) = (leg(port1), leg(port2)) else {
            return Err(TearPatchStatus::TrunkPortsNotPatched);
        };
        let part = |leg| self.bridge_of(leg).and_then(|(_, bridge)| bridge.part(leg));
        match (part(one), part(other)) {
            (Some(Part::Talker(with) | Part::Holder(with)), _) if with == other => Ok(other),
            (_, Some(Part::Holder(with))) if with == one => Ok(one),
            (Some(Part::Consulter(waits, consulted)), _) if waits == other || consulted == Some(other) => {
                Ok(other)
            }
            (_, Some(Part::Consulter(waits, consulted))) if waits == one || consulted == Some(one) => Ok(one),
            _ => Err(TearPatchStatus::TrunkPortsNotPatched),
        }
    }
}
