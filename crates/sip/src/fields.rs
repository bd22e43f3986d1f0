//! What stands in the values of SIP headers (RFC 3261 §25.1).

use rsipstack::sip::{HasHeaders, Header, Request, Uri};

use crate::limits;

/// The URI of a name-addr or addr-spec: `"A" <sip:a@b;x>;tag=1` gives `sip:a@b;x`.
pub(crate) fn uri(value: &str) -> &str {
    match bracket(value) {
        Some(open) => {
            let rest = &value[open + 1..];
            rest.split('>').next().unwrap_or(rest).trim()
        }
        // RFC 3261 §20.10: without brackets, what follows a semicolon belongs to the header.
        None => value.split([';', ',']).next().unwrap_or(value).trim(),
    }
}

/// A parameter of the header (not of its URI), without quotes.
pub(crate) fn param<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let after = match bracket(value) {
        Some(open) => value[open..].split_once('>')?.1,
        None => value,
    };
    after.split(';').skip(1).find_map(|p| {
        let (key, text) = p.split_once('=').unwrap_or((p, ""));
        key.trim().eq_ignore_ascii_case(name).then(|| text.trim().trim_matches('"'))
    })
}

/// Where the `<` of a name-addr stands: the first one outside a quoted display name.
fn bracket(value: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// The elements of a header that is a list: split at commas outside quotes and brackets.
pub(crate) fn list(value: &str) -> Vec<&str> {
    let (mut quoted, mut escaped, mut open, mut start) = (false, false, false, 0);
    let mut parts = Vec::new();
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => open = true,
            b'>' if !quoted => open = false,
            b',' if !quoted && !open => {
                parts.push(value[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(value[start..].trim());
    parts
}

/// The user part of a `sip:` URI or the number of a `tel:` URI, fit for people and logs: decoded,
/// without its own parameters, printable ASCII only, at most `limits::NUMBER` characters.
pub(crate) fn user(uri: &str) -> String {
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let user = if scheme.eq_ignore_ascii_case("tel") {
        rest
    } else {
        match rest.rsplit_once('@') {
            Some((user, _)) => user.split(':').next().unwrap_or(user),
            None => "",
        }
    };
    let user = user.split([';', '?']).next().unwrap_or(user);
    decode(user).chars().filter(char::is_ascii_graphic).take(limits::NUMBER).collect()
}

/// A URI as the stack holds it. The stack's reader leaves `%xx` as it stands and its writer escapes it
/// once more, so it is undone here: what is written is then what was read.
pub(crate) fn stack_uri(text: &str) -> Option<Uri> {
    let mut uri = Uri::try_from(text).ok()?;
    if let Some(auth) = &mut uri.auth {
        auth.user = decode(&auth.user);
        auth.password = auth.password.as_deref().map(decode);
    }
    Some(uri)
}

/// Undoes the `%xx` of RFC 3261 §25.1.
pub(crate) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let hex = after.get(..2).filter(|hex| *byte == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let decoded = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        out.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A user part as it may stand in a URI: what is not unreserved is written `%xx`.
pub(crate) fn encode(user: &str) -> String {
    let mut out = String::with_capacity(user.len());
    for byte in user.bytes() {
        // RFC 3261 §25.1: `unreserved` and the part of `user-unreserved` that no parser mistakes.
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The values of the headers with this name, in their order. The long names only: the stack's
/// reader has already replaced compact forms of headers that it knows.
pub(crate) fn values<'a>(message: &'a impl HasHeaders, name: &'a str) -> impl Iterator<Item = &'a str> {
    message.headers().iter().filter(move |h| h.name().eq_ignore_ascii_case(name)).map(Header::value)
}

/// The value of the first header with this name.
pub(crate) fn first<'a>(message: &'a impl HasHeaders, name: &'a str) -> Option<&'a str> {
    values(message, name).next()
}

/// Whether a header that is a list of tokens has this one: `Supported: timer, 100rel`.
pub(crate) fn lists(message: &impl HasHeaders, name: &str, token: &str) -> bool {
    values(message, name).flat_map(list).any(|t| t.eq_ignore_ascii_case(token))
}

/// The number of a message's CSeq.
pub(crate) fn sequence(message: &impl HasHeaders) -> Option<u32> {
    first(message, "CSeq")?.split_whitespace().next()?.parse().ok()
}

/// The credentials that a request carries.
pub(crate) fn credentials(request: &Request) -> Option<Header> {
    let mut headers = request.headers.iter();
    headers.find(|h| matches!(h, Header::Authorization(_) | Header::ProxyAuthorization(_))).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_apart() {
        let value = "\"A <x> \\\" ;tag=0\" <sip:1%32@h;tag=9>;tag=7;x";
        assert_eq!(uri(value), "sip:1%32@h;tag=9");
        assert_eq!(param(value, "TAG"), Some("7"));
        assert_eq!(param("<sip:a@b>", "tag"), None);
        assert_eq!(uri("sip:a@b;tag=1"), "sip:a@b");
        assert_eq!(param("sip:a@b;tag=1", "tag"), Some("1"));
        assert_eq!(list("<sip:a,b@c>, \"x,\" <sip:d>"), ["<sip:a,b@c>", "\"x,\" <sip:d>"]);
    }

    #[test]
    fn a_user_is_a_number_for_people() {
        for (uri, expected) in [
            ("sip:1%32@h", "12"),
            ("sip:+15551234;phone-context=x@h;user=phone", "+15551234"),
            ("sip:a:secret@h", "a"),
            ("tel:+1-555;ext=1", "+1-555"),
            ("sip:h", ""),
            ("sip:a%0d%0ab%1b@h", "ab"),
            ("sip:%4@h", "%4"),
            ("", ""),
        ] {
            assert_eq!(user(uri), expected, "{uri}");
        }
        assert_eq!(user(&format!("sip:{}@h", "9".repeat(400))).len(), limits::NUMBER);
        assert_eq!(encode("*12#"), "*12%23");
        let uri = "sip:*12%23@127.0.0.1:5070;transport=tcp";
        assert_eq!(stack_uri(uri).unwrap().to_string().to_lowercase(), uri);
    }
}
