//! The guard at the door: bytes in, a verdict out. The stack's reader is lenient where it is dangerous:
//! it ends the headers at the first line that is not UTF-8, drops the body of a datagram without
//! Content-Length, reads a negative length as zero and answers in any version it is spoken to. What
//! reaches it from here is whole, in bounds, and means one thing only.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::fields;
use crate::limits;
use crate::settings::Transport;

/// What becomes of a message.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Verdict<'a> {
    /// The stack may have it, in this form.
    Pass(Cow<'a, [u8]>),
    /// It is a request in error: it gets this answer and goes no further.
    Answer(Vec<u8>),
    /// It is no SIP message, or one that must not be answered.
    Drop(&'static str),
}

/// What a stream holds next.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Frame {
    /// Not a whole message yet.
    More,
    /// So many octets of line ends between messages: keep-alives (RFC 5626 §3.5.1).
    Blank(usize),
    /// A message of so many octets.
    Message(usize),
    /// Where the next message begins cannot be known any more. The answer, if one is due, is the last.
    Broken(Option<Vec<u8>>),
}

/// Why a message is no good: the status, and what is wrong as its reason phrase.
type Fault = (u16, &'static str);

/// The methods that the stack knows (RFC 3261 §7.1 and its extensions); it can hold no others.
const METHODS: [&str; 14] = [
    "ACK",
    "BYE",
    "CANCEL",
    "INFO",
    "INVITE",
    "MESSAGE",
    "NOTIFY",
    "OPTIONS",
    "PRACK",
    "PUBLISH",
    "REFER",
    "REGISTER",
    "SUBSCRIBE",
    "UPDATE",
];

/// The lines of a message before its body.
struct Head<'a> {
    start: &'a str,
    /// Name and value, unfolded.
    lines: Vec<(&'a str, Cow<'a, str>)>,
    /// Whether a value had to be transcoded.
    repaired: bool,
    /// Where the body begins.
    body: usize,
}

/// Judges one message: a datagram, or what [`frame`] cut out of a stream.
pub(crate) fn examine(bytes: &[u8], transport: Transport) -> Verdict<'_> {
    let Some(end) = head_end(bytes) else { return Verdict::Drop("no end of its headers") };
    let (head, fault) = match read(&bytes[..end]) {
        Ok(read) => read,
        Err(why) => return Verdict::Drop(why),
    };
    if !head.start.contains("SIP/") {
        return Verdict::Drop("no SIP message");
    }
    let is_request = !head.start.starts_with("SIP/");
    let judged = match fault {
        Some(fault) => Err(fault),
        None if is_request => request(&head),
        None => response(&head),
    };
    let judged = judged.and_then(|()| common(&head, is_request)).and_then(|()| body(&head, bytes, transport));
    match judged {
        Ok(repaired) => Verdict::Pass(repaired),
        // An ACK is never answered (RFC 3261 §17.1.1.3), nor is a response.
        Err((_, why)) if !is_request || head.start.starts_with("ACK ") => Verdict::Drop(why),
        Err(fault) => Verdict::Answer(answer(&head, fault)),
    }
}

/// The answer to a message that passed and that the stack could not read after all: 400 to a request
/// (RFC 3261 §21.4.1), none to what must not be answered.
pub(crate) fn unreadable(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, _) = read(&bytes[..head_end(bytes)?]).ok()?;
    let is_answered = !head.start.starts_with("SIP/") && !head.start.starts_with("ACK ");
    is_answered.then(|| answer(&head, (400, "Bad Request")))
}

/// Finds the next message of a stream (RFC 3261 §18.3: Content-Length decides).
pub(crate) fn frame(bytes: &[u8]) -> Frame {
    let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if blank > 0 {
        return Frame::Blank(blank);
    }
    let Some(end) = head_end(bytes) else {
        return if bytes.len() > limits::MESSAGE { Frame::Broken(None) } else { Frame::More };
    };
    let Ok((head, _)) = read(&bytes[..end]) else { return Frame::Broken(None) };
    let broken = |fault| Frame::Broken((!head.start.starts_with("SIP/")).then(|| answer(&head, fault)));
    match length(&head) {
        Ok(Some(length)) if head.body + length > limits::MESSAGE => broken((513, "Message Too Large")),
        Ok(Some(length)) if bytes.len() < head.body + length => Frame::More,
        Ok(Some(length)) => Frame::Message(head.body + length),
        Ok(None) => broken((400, "Missing Content-Length")),
        Err(fault) => broken(fault),
    }
}

/// The tag of an answer of which nothing is kept: the same for the same request (RFC 3261 §8.2.7).
pub(crate) fn stateless_tag(call_id: &str, sequence: &str) -> String {
    // FNV-1a, 64 bits: a name, not a secret.
    let hash = call_id.bytes().chain(sequence.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Where the empty line after the headers ends.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let searched = &bytes[..bytes.len().min(limits::MESSAGE)];
    searched.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4)
}

/// Takes the head apart; `bytes` ends with the empty line. The fault is one that can be answered.
fn read(bytes: &[u8]) -> Result<(Head<'_>, Option<Fault>), &'static str> {
    let mut lines =
        bytes[..bytes.len() - 4].split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    let start = lines.next().and_then(|l| std::str::from_utf8(l).ok()).ok_or("its start line is no text")?;
    let mut head = Head { start, lines: Vec::with_capacity(16), repaired: false, body: bytes.len() };
    let mut fault = None;
    if start.len() > limits::START_LINE {
        if start.starts_with("SIP/") {
            return Err("its start line is too long");
        }
        fault = Some((414, "Request-URI Too Long"));
    }
    for line in lines {
        if line.len() > limits::HEADER_LINE || head.lines.len() >= limits::HEADER_LINES {
            return Err("its headers are too many or too long");
        }
        if line.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
            fault = fault.or(Some((400, "Control Character In Header")));
            continue;
        }
        let text = text(line, &mut head.repaired);
        if text.starts_with([' ', '\t']) {
            // RFC 3261 §7.3.1: a line that begins with white space goes on with the one before.
            let Some((_, value)) = head.lines.last_mut() else {
                fault = Some((400, "Folded Start Line"));
                continue;
            };
            if value.len() + text.len() > limits::HEADER_LINE {
                return Err("its headers are too many or too long");
            }
            let value = value.to_mut();
            value.push(' ');
            value.push_str(text.trim());
            continue;
        }
        match split(text) {
            Some((name, value)) => head.lines.push((name, value)),
            None => fault = fault.or(Some((400, "Header Without Colon"))),
        }
    }
    Ok((head, fault))
}

/// A header line as text. What is not UTF-8 is taken for ISO 8859-1, which every octet is.
fn text<'a>(line: &'a [u8], repaired: &mut bool) -> Cow<'a, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            *repaired = true;
            Cow::Owned(line.iter().map(|b| char::from(*b)).collect())
        }
    }
}

/// Name and value of a header line; the name in its long form where it has a compact one.
fn split(line: Cow<'_, str>) -> Option<(&str, Cow<'_, str>)> {
    match line {
        Cow::Borrowed(line) => {
            let (name, value) = line.split_once(':')?;
            let name = name.trim_end();
            is_token(name).then(|| (long(name), Cow::Borrowed(value.trim())))
        }
        Cow::Owned(line) => {
            let (name, value) = line.split_once(':')?;
            let name = name.trim_end();
            // A transcoded line keeps its name only if it is one whose name we need to know.
            let name = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(long(name)))?;
            Some((name, Cow::Owned(value.trim().to_owned())))
        }
    }
}

/// Headers whose values people write, and may write in an encoding of their own.
const KNOWN: [&str; 14] = [
    "Subject",
    "From",
    "To",
    "Contact",
    "User-Agent",
    "Server",
    "Organization",
    "P-Asserted-Identity",
    "Reply-To",
    "Call-Info",
    "Warning",
    "Reason",
    "Diversion",
    "Remote-Party-ID",
];

/// RFC 3261 §7.3.3, RFC 3265, RFC 3515, RFC 3841, RFC 3892, RFC 4028.
const fn long(name: &str) -> &str {
    let [letter] = name.as_bytes() else { return name };
    match letter.to_ascii_lowercase() {
        b'c' => "Content-Type",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b's' => "Subject",
        b't' => "To",
        b'v' => "Via",
        _ => name,
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b))
}

impl Head<'_> {
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The value of a header of which there must be one and no more.
    fn only(&self, name: &str, missing: &'static str, double: &'static str) -> Result<&str, Fault> {
        let mut values = self.values(name);
        let value = values.next().filter(|v| !v.is_empty()).ok_or((400, missing))?;
        if values.next().is_some() { Err((400, double)) } else { Ok(value) }
    }

    fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }
}

/// What must hold for the start line of a request (RFC 3261 §7.1).
fn request(head: &Head<'_>) -> Result<(), Fault> {
    let parts: Vec<&str> = head.start.split(' ').collect();
    let [method, uri, version] = parts.as_slice() else { return Err((400, "Malformed Request-Line")) };
    if !version.starts_with("SIP/") || !is_token(method) {
        return Err((400, "Malformed Request-Line"));
    }
    if *version != "SIP/2.0" {
        return Err((505, "Version Not Supported"));
    }
    let Some((scheme, rest)) = uri.split_once(':') else { return Err((400, "Malformed Request-URI")) };
    let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"\\^`{}|".contains(&b);
    if rest.is_empty() || !uri.bytes().all(plain) {
        return Err((400, "Malformed Request-URI"));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => {
            // An IPv6 address stands in brackets (RFC 5118 §4.1).
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            let host = host.split([';', '?']).next().unwrap_or(host);
            if host.is_empty() || (!host.starts_with('[') && host.matches(':').count() > 1) {
                return Err((400, "Malformed Request-URI"));
            }
        }
        "tel" => {}
        _ => return Err((416, "Unsupported URI Scheme")),
    }
    if let Some(hops) = head.values("Max-Forwards").next() {
        // RFC 3261 §20.22: 0 to 255, once.
        let valid = hops.bytes().all(|b| b.is_ascii_digit()) && hops.trim_start_matches('0').len() <= 3;
        let small = hops.parse::<u64>().is_ok_and(|n| n <= 255);
        if !valid || !small || head.values("Max-Forwards").count() > 1 {
            return Err((400, "Malformed Max-Forwards"));
        }
    }
    Ok(())
}

/// What must hold for the status line of a response (RFC 3261 §7.2).
fn response(head: &Head<'_>) -> Result<(), Fault> {
    let mut parts = head.start.splitn(3, ' ');
    let (version, status) = (parts.next(), parts.next().unwrap_or_default());
    let known = status.len() == 3 && status.parse::<u16>().is_ok_and(|s| (100..=699).contains(&s));
    if version == Some("SIP/2.0") && known { Ok(()) } else { Err((400, "a malformed status line")) }
}

/// What must hold for the headers of every message (RFC 3261 §8.1.1).
fn common(head: &Head<'_>, is_request: bool) -> Result<(), Fault> {
    let vias = head.values("Via").count();
    if vias == 0 {
        return Err((400, "Missing Via"));
    }
    if vias > limits::VIAS {
        return Err((400, "Too Many Via"));
    }
    let from = head.only("From", "Missing From", "More Than One From")?;
    let to = head.only("To", "Missing To", "More Than One To")?;
    let call_id = head.only("Call-ID", "Missing Call-ID", "More Than One Call-ID")?;
    let sequence = head.only("CSeq", "Missing CSeq", "More Than One CSeq")?;
    if call_id.contains([' ', '\t', '<', '>', '"']) {
        return Err((400, "Malformed Call-ID"));
    }
    let lists = head.values("Via").chain(head.values("Contact")).map(|list| (list, Elements::Any));
    let well_formed = |(value, elements)| is_well_formed(value, elements);
    if !lists.chain([from, to].map(|one| (one, Elements::One))).all(well_formed) {
        return Err((400, "Malformed Via, From, To Or Contact"));
    }
    // The stack names a transaction by it, too (RFC 3261 §8.1.1.3: there must be one).
    if fields::param(from, "tag").is_none_or(str::is_empty) {
        return Err((400, "Missing Tag In From"));
    }
    let (number, method) = sequence.split_once([' ', '\t']).ok_or((400, "Malformed CSeq"))?;
    // RFC 3261 §8.1.1.5: less than 2^31.
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !digits || number.parse::<u32>().is_ok_and(|n| n >= 1 << 31) || number.parse::<u32>().is_err() {
        return Err((400, "Malformed CSeq"));
    }
    if is_request {
        if method.trim() != head.method() {
            return Err((400, "CSeq Does Not Match The Method"));
        }
        if !METHODS.contains(&head.method()) {
            return Err((501, "Not Implemented"));
        }
    }
    Ok(())
}

/// How many a header's value may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Elements {
    One,
    /// Between commas.
    Any,
}

/// Whether the separators of name-addrs or Vias have something between them.
fn is_well_formed(value: &str, elements: Elements) -> bool {
    let (mut quoted, mut escaped, mut depth, mut last) = (false, false, false, b';');
    for byte in value.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'<' if depth => return false,
            b'<' => depth = true,
            b'>' if !depth => return false,
            b'>' => depth = false,
            b';' if !depth && last == b';' => return false,
            b',' if !depth && elements == Elements::Any => {
                if last == b';' {
                    return false;
                }
                // The next element begins as the first did.
                last = b';';
                continue;
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    !quoted && !depth && last != b';'
}

/// The Content-Length, if there is one.
fn length(head: &Head<'_>) -> Result<Option<usize>, Fault> {
    let mut values = head.values("Content-Length");
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err((400, "More Than One Content-Length"));
    }
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let length = digits.then(|| value.parse::<usize>().ok()).flatten();
    // So small that adding to it is safe; the bound that counts comes later.
    length.filter(|l| *l <= limits::DATAGRAM).map(Some).ok_or((400, "Malformed Content-Length"))
}

/// Checks the body against its length, and writes the message anew where it had to be repaired.
fn body<'a>(head: &Head<'a>, bytes: &'a [u8], transport: Transport) -> Result<Cow<'a, [u8]>, Fault> {
    let available = bytes.len() - head.body;
    let stated = length(head)?;
    let length = match (stated, transport) {
        // RFC 3261 §18.3: a datagram that ends too early is an error; what is too much is no part of it.
        (Some(length), _) if length > available => return Err((400, "Body Shorter Than Content-Length")),
        (Some(length), _) => length,
        (None, Transport::Udp) => available,
        (None, _) => return Err((400, "Missing Content-Length")),
    };
    let end = head.body + length;
    if end > limits::MESSAGE {
        return Err((513, "Message Too Large"));
    }
    if !head.repaired && (stated.is_some() || length == 0) {
        return Ok(Cow::Borrowed(&bytes[..end]));
    }
    let mut whole = format!("{}\r\n", head.start);
    for (name, value) in head.lines.iter().filter(|(name, _)| *name != "Content-Length") {
        let _ = write!(whole, "{name}: {value}\r\n");
    }
    let _ = write!(whole, "Content-Length: {length}\r\n\r\n");
    let mut whole = whole.into_bytes();
    whole.extend_from_slice(&bytes[head.body..end]);
    if whole.len() > limits::MESSAGE {
        return Err((513, "Message Too Large"));
    }
    Ok(Cow::Owned(whole))
}

/// The answer to a request in error, with what of it can be repeated (RFC 3261 §8.2.6).
fn answer(head: &Head<'_>, (status, reason): Fault) -> Vec<u8> {
    let mut text = format!("SIP/2.0 {status} {reason}\r\n");
    for via in head.values("Via").take(limits::VIAS) {
        let _ = write!(text, "Via: {via}\r\n");
    }
    let first = |name| head.values(name).next();
    for name in ["From", "Call-ID", "CSeq"] {
        if let Some(value) = first(name) {
            let _ = write!(text, "{name}: {value}\r\n");
        }
    }
    if let Some(to) = first("To") {
        let _ = write!(text, "To: {to}");
        if fields::param(to, "tag").is_none() {
            let tag = stateless_tag(first("Call-ID").unwrap_or_default(), first("CSeq").unwrap_or_default());
            let _ = write!(text, ";tag={tag}");
        }
        text.push_str("\r\n");
    }
    text.push_str("Content-Length: 0\r\n\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:c@d>;tag=1\n\
                        To: <sip:a@b>\nCall-ID: x\nCSeq: 1 OPTIONS\n";

    /// What becomes of a datagram, in one line; lines end with LF here.
    fn verdict(bytes: &[u8]) -> String {
        match examine(bytes, Transport::Udp) {
            Verdict::Pass(Cow::Borrowed(same)) if same.len() == bytes.len() => "pass".into(),
            Verdict::Pass(Cow::Borrowed(same)) => format!("pass {} less", bytes.len() - same.len()),
            Verdict::Pass(Cow::Owned(new)) => format!("repaired: {}", String::from_utf8_lossy(&new)),
            Verdict::Answer(answer) => {
                String::from_utf8(answer).unwrap().lines().next().unwrap()["SIP/2.0 ".len()..].to_owned()
            }
            Verdict::Drop(why) => format!("dropped: {why}"),
        }
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(verdict(text.replace('\n', "\r\n").as_bytes()), expected, "{text}");
    }

    /// The good request with one text in place of another.
    fn with(from: &str, to: &str, expected: &str) {
        assert!(GOOD.contains(from), "{from}");
        check(&format!("{}\n", GOOD.replacen(from, to, 1)), expected);
    }

    #[test]
    fn what_is_good_passes_as_it_is() {
        check(&format!("{GOOD}\n"), "pass");
        check(&format!("{GOOD}Content-Length: 2\n\nhi"), "pass");
        check(&format!("{GOOD}l: 2\n\nhi more"), "pass 5 less");
        check(
            "SIP/2.0 200 OK\nv: SIP/2.0/UDP h\nf: <sip:a>;tag=1\nt: <sip:b>\ni: x\nCSeq: 1 BYE\n\n",
            "pass",
        );
        with("<sip:c@d>;tag=1", "\"a \\\" ;;\" <sip:c@d;;x> ; tag=1", "pass");
        with("Call-ID", "CALL-id \t", "pass");
    }

    #[test]
    fn what_the_stack_would_misread_is_repaired() {
        let end = "\n\nhi";
        check(
            &format!("{}{end}", GOOD.trim_end()),
            &format!("repaired: {GOOD}Content-Length: 2\n\nhi").replace('\n', "\r\n"),
        );
        let mut latin = GOOD.replace('\n', "\r\n").into_bytes();
        latin.extend_from_slice(b"Subject: M\xfcller\r\n\r\n");
        assert!(verdict(&latin).contains("Subject: M\u{fc}ller\r\nContent-Length: 0\r\n\r\n"));
    }

    #[test]
    fn what_is_in_error_is_answered() {
        with("OPTIONS sip:a@b SIP/2.0", "OPTIONS  sip:a@b SIP/2.0", "400 Malformed Request-Line");
        with("OPTIONS sip:a@b SIP/2.0", "OPTIONS sip:a@b SIP/2.0 ", "400 Malformed Request-Line");
        with("sip:a@b SIP/2.0", "sip:a@b SIP/7.0", "505 Version Not Supported");
        with("sip:a@b SIP", "<sip:a@b> SIP", "400 Malformed Request-URI");
        with("sip:a@b SIP", "sip:2001:db8::1 SIP", "400 Malformed Request-URI");
        with("sip:a@b SIP", "nobody:a SIP", "416 Unsupported URI Scheme");
        with("sip:a@b SIP", &format!("sip:{}@b SIP", "a".repeat(1100)), "414 Request-URI Too Long");
        with("Via: SIP/2.0/UDP h;branch=z9hG4bK1\n", "", "400 Missing Via");
        with("Via: SIP/2.0/UDP h;", "Via: SIP/2.0/UDP h;;", "400 Malformed Via, From, To Or Contact");
        with("Via: SIP/2.0/UDP h;", "Via: , SIP/2.0/UDP h;", "400 Malformed Via, From, To Or Contact");
        with(
            "Via: SIP/2.0/UDP h;",
            "Via: SIP/2.0/UDP g;,SIP/2.0/UDP h;",
            "400 Malformed Via, From, To Or Contact",
        );
        with("From: <sip:c@d>;tag=1\n", "", "400 Missing From");
        with("<sip:c@d>;tag=1", "<sip:c@d>", "400 Missing Tag In From");
        with("<sip:c@d>;tag=1", "\"c <sip:c@d>;tag=1", "400 Malformed Via, From, To Or Contact");
        with("To: <sip:a@b>", "To: <sip:a@b>\nt: <sip:a@b>", "400 More Than One To");
        with("Call-ID: x\n", "Call-ID:\n", "400 Missing Call-ID");
        with("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", "400 CSeq Does Not Match The Method");
        with("CSeq: 1 OPTIONS", "CSeq: 2147483648 OPTIONS", "400 Malformed CSeq");
        with("CSeq: 1 OPTIONS", "CSeq: -1 OPTIONS", "400 Malformed CSeq");
        with("Call-ID: x", "Call-ID: x\nMax-Forwards: 256", "400 Malformed Max-Forwards");
        with("Call-ID: x", "Call-ID: x\nnonsense", "400 Header Without Colon");
        with("Call-ID: x", "Call-ID: x\nSubject: a\u{0}b", "400 Control Character In Header");
        check(&format!("{}\n", GOOD.replace("OPTIONS", "DANCE")), "501 Not Implemented");
        check(&format!("{GOOD}Content-Length: 3\n\nhi"), "400 Body Shorter Than Content-Length");
        check(&format!("{GOOD}Content-Length: -1\n\nhi"), "400 Malformed Content-Length");
        check(&format!("{GOOD}Content-Length: 2\nl: 2\n\nhi"), "400 More Than One Content-Length");
        check(&format!("{GOOD}\n{}", "x".repeat(9_000)), "513 Message Too Large");
    }

    #[test]
    fn what_must_not_be_answered_is_dropped() {
        for text in ["", "\n", "hello", "GET / HTTP/1.1\n"] {
            check(text, "dropped: no end of its headers");
        }
        check("\n\n", "dropped: no SIP message");
        check("GET / HTTP/1.1\n\n", "dropped: no SIP message");
        check("SIP/2.0 4294967301 OK\nVia: x\n\n", "dropped: a malformed status line");
        check("SIP/2.0 200 OK\nVia: SIP/2.0/UDP h\n\n", "dropped: Missing From");
        let ack = GOOD.replace("OPTIONS", "ACK").replace("Call-ID: x\n", "");
        check(&format!("{ack}\n"), "dropped: Missing Call-ID");
        check(&format!("{GOOD}{}\n", "a: b\n".repeat(200)), "dropped: its headers are too many or too long");
        check(
            &format!("{GOOD}a: {}\n\n", "b".repeat(5_000)),
            "dropped: its headers are too many or too long",
        );
    }

    #[test]
    fn an_answer_repeats_what_a_response_needs() {
        let text = format!("{}\n", GOOD.replace("CSeq: 1 OPTIONS", "CSeq: 1 INVITE")).replace('\n', "\r\n");
        let Verdict::Answer(answer) = examine(text.as_bytes(), Transport::Udp) else { panic!("answered") };
        let tag = stateless_tag("x", "1 INVITE");
        assert_eq!(
            String::from_utf8(answer).unwrap().replace("\r\n", "\n"),
            format!(
                "SIP/2.0 400 CSeq Does Not Match The Method\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\n\
                 From: <sip:c@d>;tag=1\nCall-ID: x\nCSeq: 1 INVITE\nTo: <sip:a@b>;tag={tag}\nContent-Length: 0\n\n"
            )
        );
    }

    #[test]
    fn a_stream_is_cut_at_its_lengths() {
        let whole = format!("{GOOD}Content-Length: 2\n\nhi").replace('\n', "\r\n");
        for cut in 1..whole.len() {
            assert_eq!(frame(&whole.as_bytes()[..cut]), Frame::More, "{cut}");
        }
        let two = format!("{whole}{whole}");
        assert_eq!(frame(two.as_bytes()), Frame::Message(whole.len()));
        assert_eq!(frame(b"\r\n\r\nOPTIONS"), Frame::Blank(4));
        assert_eq!(frame(&[b'a'; 9_000]), Frame::Broken(None));
        for (line, status) in [
            ("", "400 Missing Content-Length"),
            ("Content-Length: x\n", "400 Malformed Content-Length"),
            ("Content-Length: 9000\n", "513 Message Too Large"),
        ] {
            let text = format!("{GOOD}{line}\n").replace('\n', "\r\n");
            let Frame::Broken(Some(answer)) = frame(text.as_bytes()) else { panic!("{line}") };
            assert!(String::from_utf8(answer).unwrap().starts_with(&format!("SIP/2.0 {status}\r\n")));
        }
    }
}
