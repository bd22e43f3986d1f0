//! A call that takes the place of another: Replaces (RFC 3891).

use edge::{LegId, Line};
use rsipstack::sip::Request;

use crate::core::Core;
use crate::fields;

/// What a Replaces header names: a dialog, as the one that is asked to replace it sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Replaces {
    pub(crate) call_id: String,
    /// Our tag.
    pub(crate) to_tag: String,
    /// The tag of the far side.
    pub(crate) from_tag: String,
    /// Whether it may be replaced only as long as it is not answered.
    early_only: bool,
}

impl Replaces {
    /// Reads `call-id;to-tag=..;from-tag=..` (§6.1).
    pub(crate) fn read(value: &str) -> Option<Self> {
        let mut parts = value.split(';').map(str::trim);
        let call_id = parts.next().filter(|id| !id.is_empty())?.to_owned();
        let (mut to_tag, mut from_tag, mut early_only) = (None, None, false);
        for part in parts {
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            match name.to_ascii_lowercase().as_str() {
                "to-tag" if to_tag.is_none() => to_tag = Some(text.to_owned()),
                "from-tag" if from_tag.is_none() => from_tag = Some(text.to_owned()),
                "to-tag" | "from-tag" => return None,
                "early-only" => early_only = true,
                _ => {}
            }
        }
        Some(Self { call_id, to_tag: to_tag?, from_tag: from_tag?, early_only })
    }
}

impl Core {
    /// The leg whose place a call that arrives takes; the status to refuse the call with, where it may not
    /// (§3).
    pub(crate) fn replaced_by(&self, invite: &Request, line: Option<Line>) -> Result<Option<LegId>, u16> {
        let mut values = fields::values(invite, "Replaces").flat_map(fields::list);
        let value = match (values.next(), values.next()) {
            (None, _) => return Ok(None),
            (Some(value), None) => value,
            _ => return Err(400),
        };
        let replaces = Replaces::read(value).ok_or(400_u16)?;
        // A call that is up: one that arrived and is not answered is not its caller's to replace, and one that
        // we placed has no tag that anybody could name.
        let (leg, owner) = self.legs.replaced(&replaces).ok_or(481_u16)?;
        // Who knows three identifiers is not yet who may have the call: a telephone of the house, which has
        // proved who it is, or the line that the call is on.
        let station = matches!(line, Some(Line::Station(_)));
        if !station && (line.is_none() || line != owner) {
            return Err(403);
        }
        if replaces.early_only { Err(486) } else { Ok(Some(leg)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_is_named_by_its_call_id_and_both_tags() {
        let read = Replaces::read("98732@h;from-tag=r33th4x0r ; to-tag=ff87ff").unwrap();
        assert_eq!(
            (read.call_id.as_str(), read.to_tag.as_str(), read.from_tag.as_str(), read.early_only),
            ("98732@h", "ff87ff", "r33th4x0r", false)
        );
        assert!(Replaces::read("c;to-tag=1;from-tag=2;early-only").unwrap().early_only);
        for bad in ["", "c", "c;to-tag=1", ";to-tag=1;from-tag=2", "c;to-tag=1;to-tag=2;from-tag=3"] {
            assert_eq!(Replaces::read(bad), None, "{bad}");
        }
    }
}
