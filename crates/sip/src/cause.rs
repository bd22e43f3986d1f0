//! SIP statuses and the field's words for them.

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
        Cause::Rejected | Cause::Declined(_) => 603,
        Cause::NoCircuit | Cause::NoRoute | Cause::NoMedia | Cause::Overload => 503,
        Cause::Unauthorized | Cause::Barred | Cause::Capped => 403,
        Cause::Incompatible => 488,
        Cause::Normal | Cause::NoAnswer | Cause::Lost => 480,
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
}
