//! The causes of the telephone network, ITU-T Q.850 table 1.

use std::fmt;

/// A cause value, 1 to 127.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Q850(u8);

/// Every cause with the names that applications call it by, ours first: the words of the recommendation, and
/// those of the ISDN and Global Call interfaces of Dialogic boards.
const NAMES: &[(u8, &[&str])] = &[
    (1, &["UNALLOCATED_NUMBER", "UNASSIGNED_NUMBER"]),
    (2, &["NO_ROUTE_TRANSIT_NET", "NO_ROUTE_TO_TRANSIT_NETWORK", "NO_ROUTE"]),
    (3, &["NO_ROUTE_DESTINATION", "NO_ROUTE_TO_DESTINATION"]),
    (4, &["SEND_SPECIAL_TONE", "SEND_SPECIAL_INFORMATION_TONE"]),
    (5, &["MISDIALLED_TRUNK_PREFIX", "MISDIALED_TRUNK_PREFIX"]),
    (6, &["CHANNEL_UNACCEPTABLE"]),
    (7, &["CALL_AWARDED_DELIVERED", "CALL_AWARDED"]),
    (8, &["PREEMPTION", "PRE_EMPTED"]),
    (9, &["PREEMPTION_CIRCUIT_RESERVED"]),
    (14, &["QOR_PORTED_NUMBER"]),
    (16, &["NORMAL_CLEARING", "NORMAL_CALL_CLEARING"]),
    (17, &["USER_BUSY", "BUSY"]),
    (18, &["NO_USER_RESPONSE", "NO_USER_RESPONDING"]),
    (19, &["NO_ANSWER", "NO_ANSWER_FROM_USER", "NO_USER_ANSWER"]),
    (20, &["SUBSCRIBER_ABSENT"]),
    (21, &["CALL_REJECTED", "REJECTED"]),
    (22, &["NUMBER_CHANGED"]),
    (23, &["REDIRECTION_TO_NEW_DESTINATION"]),
    (24, &["REJECTED_BY_FEATURE"]),
    (25, &["EXCHANGE_ROUTING_ERROR"]),
    (26, &["NON_SELECTED_USER_CLEARING"]),
    (27, &["DESTINATION_OUT_OF_ORDER", "DEST_OUT_OF_ORDER"]),
    (28, &["INVALID_NUMBER_FORMAT", "ADDRESS_INCOMPLETE"]),
    (29, &["FACILITY_REJECTED"]),
    (30, &["RESPONSE_TO_STATUS_ENQUIRY", "RESP_TO_STAT_ENQ"]),
    (31, &["NORMAL_UNSPECIFIED", "UNSPECIFIED_CAUSE"]),
    (34, &["NO_CIRCUIT_AVAILABLE", "NORMAL_CIRCUIT_CONGESTION"]),
    (38, &["NETWORK_OUT_OF_ORDER"]),
    (39, &["PERMANENT_CONNECTION_OUT_OF_SERVICE"]),
    (40, &["PERMANENT_CONNECTION_OPERATIONAL"]),
    (41, &["TEMPORARY_FAILURE", "NORMAL_TEMPORARY_FAILURE"]),
    (42, &["SWITCH_CONGESTION", "NETWORK_CONGESTION", "SWITCHING_EQUIPMENT_CONGESTION"]),
    (43, &["ACCESS_INFO_DISCARDED"]),
    (44, &["REQUESTED_CHAN_UNAVAIL", "REQ_CHANNEL_NOT_AVAIL", "REQUESTED_CHANNEL_NOT_AVAILABLE"]),
    (46, &["PRECEDENCE_CALL_BLOCKED"]),
    (47, &["RESOURCE_UNAVAILABLE"]),
    (49, &["QUALITY_OF_SERVICE_UNAVAILABLE"]),
    (50, &["FACILITY_NOT_SUBSCRIBED"]),
    (53, &["OUTGOING_CALL_BARRED"]),
    (55, &["INCOMING_CALL_BARRED"]),
    (57, &["BEARERCAPABILITY_NOTAUTH", "BEARER_CAPABILITY_NOT_AUTHORIZED"]),
    (58, &["BEARERCAPABILITY_NOTAVAIL", "BEARER_CAPABILITY_NOT_AVAILABLE", "BEAR_CAP_NOT_AVAIL"]),
    (62, &["INCONSISTENT_OUTGOING_ACCESS"]),
    (63, &["SERVICE_UNAVAILABLE", "SERVICE_NOT_AVAIL", "SERVICE_NOT_AVAILABLE"]),
    (65, &["BEARERCAPABILITY_NOTIMPL", "BEARER_CAPABILITY_NOT_IMPLEMENTED", "CAP_NOT_IMPLEMENTED"]),
    (66, &["CHAN_NOT_IMPLEMENTED", "CHANNEL_TYPE_NOT_IMPLEMENTED"]),
    (69, &["FACILITY_NOT_IMPLEMENTED", "FACILITY_NOT_IMPLEMENT"]),
    (70, &["RESTRICTED_DIGITAL_ONLY"]),
    (79, &["SERVICE_NOT_IMPLEMENTED"]),
    (81, &["INVALID_CALL_REFERENCE", "INVALID_CALL_REF"]),
    (82, &["CHANNEL_DOES_NOT_EXIST", "CHAN_DOES_NOT_EXIST"]),
    (83, &["NO_SUCH_SUSPENDED_CALL"]),
    (84, &["CALL_IDENTITY_IN_USE"]),
    (85, &["NO_CALL_SUSPENDED"]),
    (86, &["SUSPENDED_CALL_CLEARED"]),
    (87, &["USER_NOT_MEMBER_OF_CUG"]),
    (88, &["INCOMPATIBLE_DESTINATION", "INCOMPATIBLE_DEST"]),
    (90, &["NON_EXISTENT_CUG"]),
    (91, &["INVALID_TRANSIT_NETWORK"]),
    (95, &["INVALID_MSG_UNSPECIFIED", "INVALID_MSG_UNSPEC"]),
    (96, &["MANDATORY_IE_MISSING"]),
    (97, &["MESSAGE_TYPE_NONEXIST", "NONEXISTENT_MSG"]),
    (98, &["WRONG_MESSAGE"]),
    (99, &["IE_NONEXIST", "BAD_INFO_ELEM"]),
    (100, &["INVALID_IE_CONTENTS", "INVALID_ELEM_CONTENTS"]),
    (101, &["WRONG_CALL_STATE", "WRONG_MSG_FOR_STATE"]),
    (102, &["RECOVERY_ON_TIMER_EXPIRE", "RECOVERY_ON_TIMER_EXPIRY", "TIMER_EXPIRY"]),
    (103, &["MANDATORY_IE_LENGTH_ERROR", "MANDATORY_IE_LEN_ERR"]),
    (110, &["MESSAGE_DISCARDED"]),
    (111, &["PROTOCOL_ERROR"]),
    (127, &["INTERWORKING", "INTERWORKING_UNSPEC"]),
];

impl Q850 {
    /// A party hung up, or does not want the call: nothing special.
    pub const NORMAL_CLEARING: Self = Self(16);
    /// The network is busy.
    pub const CONGESTION: Self = Self(42);

    /// The cause of this value; none outside 1 to 127.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        if value >= 1 && value <= 127 { Some(Self(value)) } else { None }
    }

    /// The cause of this name or value in digits, in either case, with or without `GC_` before it, with
    /// blanks or hyphens for underscores.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        if let Ok(value) = text.parse() {
            return Self::new(value);
        }
        let word = text.to_ascii_uppercase().replace([' ', '-'], "_");
        let word = word.strip_prefix("GC_").unwrap_or(&word);
        NAMES.iter().find(|(_, names)| names.contains(&word)).map(|&(value, _)| Self(value))
    }

    /// What a final response of SIP means on the other side of a gateway (RFC 3398 §8.2.6.1); none where the table
    /// has none for it.
    #[must_use]
    pub const fn of_status(status: u16) -> Option<Self> {
        Some(Self(match status {
            404 | 485 | 604 => 1,
            486 | 600 => 17,
            480 => 18,
            401..=403 | 407 | 603 => 21,
            410 => 22,
            482 | 483 => 25,
            484 => 28,
            501 | 502 => 38,
            400 | 481 | 500 | 503 => 41,
            405 => 63,
            406 | 415 => 79,
            408 | 504 => 102,
            413 | 414 | 416 | 420 | 421 | 423 | 505 | 513 => 127,
            _ => return None,
        }))
    }

    /// The causes that have names, each with all of its names.
    pub fn all() -> impl Iterator<Item = (Self, &'static [&'static str])> {
        NAMES.iter().map(|&(value, names)| (Self(value), names))
    }

    /// Its value.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// Its name; none where the recommendation has none for it.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let at = NAMES.binary_search_by_key(&self.0, |&(value, _)| value).ok()?;
        NAMES.get(at)?.1.first().copied()
    }
}

impl fmt::Display for Q850 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_is_one_cause_and_a_cause_stands_once_in_order() {
        let values: Vec<u8> = NAMES.iter().map(|&(value, _)| value).collect();
        assert!(values.is_sorted_by(|a, b| a < b));
        let names: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for (cause, names) in Q850::all() {
            assert_eq!(cause.name(), names.first().copied());
            assert!(names.iter().all(|name| Q850::named(name) == Some(cause)));
        }
    }

    #[test]
    fn a_response_of_sip_is_a_cause_where_the_table_has_one() {
        for (status, value) in [
            (404, Some(1)),
            (408, Some(102)),
            (480, Some(18)),
            (486, Some(17)),
            (487, None),
            (488, None),
            (503, Some(41)),
            (513, Some(127)),
            (603, Some(21)),
            (200, None),
        ] {
            assert_eq!(Q850::of_status(status).map(Q850::value), value, "{status}");
        }
    }

    #[test]
    fn a_cause_is_read_as_people_write_it() {
        for (text, value) in [
            ("NORMAL_CLEARING", Some(16)),
            ("Normal Clearing", Some(16)),
            ("gc_user_busy", Some(17)),
            ("Call-Rejected", Some(21)),
            ("42", Some(42)),
            ("127", Some(127)),
            ("0", None),
            ("128", None),
            ("WHATEVER", None),
            ("", None),
        ] {
            assert_eq!(Q850::named(text).map(Q850::value), value, "{text}");
        }
        assert_eq!(Q850::new(77).and_then(Q850::name), None);
    }
}
