//! SIP statuses and the field's words for them.

use edge::Q850;
use edge::signal::Cause;

/// What a final response of the far side means, as `edge::signal::Cause` documents it.
pub(crate) const fn of_status(status: u16) -> Cause {
    match status {
        486 | 600 => Cause::Busy,
        408 | 480 | 487 => Cause::NoAnswer,
        404 | 410 | 484 | 604 => Cause::Unallocated,
        401 | 407 => Cause::Unauthorized,
        406 | 415 | 488 | 606 => Cause::Incompatible,
        481 => Cause::Lost,
        // A redirection: we dial through the trunk that was asked, and there alone.
        300..=399 => Cause::NoRoute,
        500..=599 => Cause::NoCircuit,
        _ => Cause::Rejected,
    }
}

/// The final response with which a call that arrived is refused.
pub(crate) const fn to_status(cause: Cause) -> u16 {
    match cause {
        Cause::Busy => 486,
        Cause::Unallocated => 404,
        Cause::Rejected => 603,
        Cause::Declined(cause) => of_q850(cause),
        Cause::NoCircuit | Cause::NoRoute | Cause::NoMedia | Cause::Overload => 503,
        Cause::Unauthorized | Cause::Barred | Cause::Capped => 403,
        Cause::Incompatible => 488,
        Cause::Normal | Cause::NoAnswer | Cause::Lost => 480,
    }
}

/// The status for a cause of the telephone network: RFC 3398 §7.2.4.1, where it is the user who rejects. One
/// that is not there counts as the unspecified one of its class (Q.850 table 1), and normal clearing, which
/// ends no call that rings, as unspecified.
const fn of_q850(cause: Q850) -> u16 {
    match cause.value() {
        1..=3 | 26 => 404,
        17 => 486,
        18 => 408,
        21 => 603,
        22 | 23 => 410,
        27 => 502,
        28 => 484,
        29 | 79 => 501,
        55 | 57 | 87 => 403,
        65 | 70 => 488,
        102 => 504,
        0..=31 => 480,
        32..=63 | 88 => 503,
        64..=79 => 501,
        80.. => 500,
    }
}

/// The network's cause that tells of ours, where one does (RFC 3398 §8.2.6.1).
pub(crate) const fn to_q850(cause: Cause) -> Option<Q850> {
    match cause {
        Cause::Normal => Q850::new(16),
        Cause::Busy => Q850::new(17),
        Cause::Unallocated => Q850::new(1),
        Cause::Rejected | Cause::Barred | Cause::Capped => Q850::new(21),
        Cause::NoCircuit => Q850::new(34),
        Cause::Overload => Q850::new(42),
        Cause::Declined(cause) => Some(cause),
        Cause::NoAnswer
        | Cause::NoRoute
        | Cause::Unauthorized
        | Cause::Incompatible
        | Cause::NoMedia
        | Cause::Lost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_comes_back_as_its_own_cause() {
        for cause in [
            Cause::Busy,
            Cause::Unallocated,
            Cause::Rejected,
            Cause::NoCircuit,
            Cause::Incompatible,
            Cause::NoAnswer,
        ] {
            assert_eq!(of_status(to_status(cause)), cause);
        }
    }

    #[test]
    fn the_book_has_every_cause_as_it_is_told() {
        let rows = Q850::all().map(|(cause, names)| {
            format!("| {cause} | {} | {} |\n", names.join(", "), to_status(Cause::Declined(cause)))
        });
        let table: String = rows.collect();
        let book = include_str!("../../../docs/inbound.md");
        assert!(book.contains(&table), "the table of docs/inbound.md should be:\n{table}");
    }

    #[test]
    fn every_cause_of_the_network_is_a_refusal() {
        for cause in (1..=127).filter_map(Q850::new) {
            let status = to_status(Cause::Declined(cause));
            assert!((400..=699).contains(&status) && status != 487, "{cause}: {status}");
            assert_eq!(to_q850(Cause::Declined(cause)), Some(cause));
        }
        for (cause, status) in [(16, 480), (17, 486), (21, 603), (34, 503), (42, 503), (1, 404), (127, 500)] {
            assert_eq!(Q850::new(cause).map(of_q850), Some(status));
        }
    }
}
