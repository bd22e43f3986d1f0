//! Reason (RFC 3326): the telephone network's own cause, in requests and in responses (RFC 6432).

use edge::Q850;
use rsipstack::sip::{HasHeaders, Header};

use crate::fields;

/// The network's cause that a message tells; none where it tells none, or one that is none.
pub(crate) fn told(message: &impl HasHeaders) -> Option<Q850> {
    fields::values(message, "Reason").flat_map(fields::list).find_map(|value| {
        let protocol = value.split(';').next().unwrap_or_default().trim();
        let cause = fields::param(value, "cause").filter(|_| protocol.eq_ignore_ascii_case("Q.850"))?;
        Q850::new(cause.parse().ok()?)
    })
}

/// The header that tells a cause.
pub(crate) fn header(cause: Q850) -> Header {
    let text = cause.name().map(|name| format!(";text=\"{name}\"")).unwrap_or_default();
    Header::Reason(format!("Q.850;cause={cause}{text}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsipstack::sip::Request;

    fn of(values: &[&str]) -> Option<u8> {
        let lines: String = values.iter().map(|value| format!("Reason: {value}\r\n")).collect();
        let bye = Request::try_from(format!("BYE sip:a@h SIP/2.0\r\n{lines}\r\n")).expect("a request");
        told(&bye).map(Q850::value)
    }

    #[test]
    fn a_cause_is_read_among_whatever_else_stands_there() {
        assert_eq!(of(&["Q.850;cause=17"]), Some(17));
        assert_eq!(of(&["SIP ;cause=600 ;text=\"Busy, everywhere\", q.850 ; cause = 21"]), Some(21));
        assert_eq!(of(&["SIP;cause=200", "Q.850;text=\"a;b\";cause=16"]), Some(16));
        for none in
            ["", "SIP;cause=17", "Q.850", "Q.850;cause=", "Q.850;cause=0", "Q.850;cause=1000", ";;,=\"<"]
        {
            assert_eq!(of(&[none]), None, "{none}");
        }
    }

    #[test]
    fn a_cause_is_written_as_it_is_read() {
        for (cause, _) in Q850::all() {
            assert_eq!(of(&[header(cause).value()]), Some(cause.value()));
        }
        assert_eq!(header(Q850::NORMAL_CLEARING).value(), "Q.850;cause=16;text=\"NORMAL_CLEARING\"");
    }
}
