//! Offer and answer (RFC 3264) for one stream of audio.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, SocketAddr};

use edge::sound::{Codec, Direction, Media, Security};
use sdp_types::{Attribute, Connection, NetType, Session};

use crate::flow::Flow;
use crate::limits;
use crate::sdes::{self, Line, Ours};
use crate::settings::Srtp;

/// The payload type that we give to telephone-event (RFC 4733) in an offer.
const KEYS: u8 = 101;
/// RTP in the clear (RFC 3551), and secured (RFC 3711).
const CLEAR: &str = "RTP/AVP";
const SECURED: &str = "RTP/SAVP";

/// Our side of a media session: what our offers and answers say.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Local {
    /// Where we want the RTP of this leg.
    address: SocketAddr,
    /// What we speak, in the order of preference.
    codecs: Vec<Codec>,
    secrecy: Secrecy,
    /// The session id of the `o=` line.
    session: u64,
    /// The version of the `o=` line: one more with every description that says something else.
    version: u64,
    /// The media lines that we said last.
    said: String,
    /// Which of them is the audio.
    line: usize,
    /// Where the far side's signalling comes from, if it is a telephone's.
    signals_from: Option<IpAddr>,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was said may hold secrets.
        write!(f, "Local({}, {:?}, version {})", self.address, self.codecs, self.version)
    }
}

/// Whether packets are secured (RFC 3711), with our secrets for that.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Secrecy {
    /// Never.
    Off,
    /// Where the far side does it too.
    Preferred(Ours),
    /// Always.
    Required(Ours),
}

/// Whether a description is one that we answer, or answers one of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Offer,
    Answer,
}

/// Why a description of the far side cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// Longer than `limits::SDP`, or with more media lines than `limits::MEDIA_LINES`.
    #[error("the description is too long")]
    TooLong,
    /// No SDP at all.
    #[error("the description cannot be read")]
    Malformed,
    /// No audio over RTP, or its port is 0.
    #[error("no audio stream is offered or accepted")]
    NoStream,
    /// No codec that we speak.
    #[error("no codec in common")]
    NoCodec,
    /// The far side does not secure its packets, and this line requires it.
    #[error("its packets would go in the clear")]
    Clear,
    /// The far side secures its packets, and this line is not to, or not in one of its ways.
    #[error("its packets would be secured in a way that is not ours")]
    Secured,
    /// A fax (ITU-T T.38) where a voice should be.
    #[error("a fax is offered, and no voice")]
    Fax,
    /// Multicast, broadcast, a name, our own socket, or the other family of addresses.
    #[error("its address is no place to send sound to")]
    Address,
}

/// The audio stream that we take from a description.
struct Stream {
    /// Which of the media lines.
    line: usize,
    codec: Codec,
    payload_type: u8,
    keys: Option<u8>,
    remote: SocketAddr,
    rtcp: SocketAddr,
    direction: Direction,
    /// RTP/AVP or RTP/SAVP, as the far side says it.
    protocol: String,
    /// The far side's line and ours, where packets are secured.
    agreed: Option<(Line, Line)>,
}

impl Local {
    /// # Errors
    /// When the system has no secrets to give.
    pub(crate) fn new(
        address: SocketAddr,
        codecs: Vec<Codec>,
        srtp: Srtp,
        session: u64,
    ) -> Result<Self, getrandom::Error> {
        let secrecy = match srtp {
            Srtp::Off => Secrecy::Off,
            Srtp::Preferred => Secrecy::Preferred(Ours::new()?),
            Srtp::Required => Secrecy::Required(Ours::new()?),
        };
        // RFC 8866 §5.2: numeric; kept below 2^63 for far sides that read it as signed.
        let session = session >> 1;
        Ok(Self {
            address,
            codecs,
            secrecy,
            session,
            version: 0,
            said: String::new(),
            line: 0,
            signals_from: None,
        })
    }

    /// The far side's signalling comes this way.
    pub(crate) fn face(&mut self, flow: &Flow) {
        self.signals_from = flow.kept.then(|| flow.peer.ip().to_canonical());
    }

    /// The offer that goes out with an INVITE, or with a 200 to one that carried none.
    pub(crate) fn offer(&mut self) -> Vec<u8> {
        let mut sdp = String::new();
        let port = self.address.port();
        // RTP/AVP with secrets is no standard, but what telephones that prefer to be secured say and take.
        let (protocol, ours) = match &self.secrecy {
            Secrecy::Off => (CLEAR, None),
            Secrecy::Preferred(ours) => (CLEAR, Some(ours)),
            Secrecy::Required(ours) => (SECURED, Some(ours)),
        };
        let _ = write!(sdp, "m=audio {port} {protocol}");
        for codec in &self.codecs {
            let _ = write!(sdp, " {}", static_type(*codec));
        }
        let _ = write!(sdp, " {KEYS}\r\n");
        for codec in &self.codecs {
            let _ = write!(sdp, "a=rtpmap:{} {}/8000\r\n", static_type(*codec), name(*codec));
        }
        describe_keys(&mut sdp, KEYS);
        sdp.push_str("a=ptime:20\r\na=sendrecv\r\n");
        for line in ours.into_iter().flat_map(Ours::offer) {
            let _ = write!(sdp, "{line}");
        }
        self.line = 0;
        self.say(sdp)
    }

    /// What we said last, word for word: an offer that changes nothing (RFC 4028 §7.4).
    pub(crate) fn again(&self) -> Vec<u8> {
        (self.head() + &self.said).into_bytes()
    }

    /// What the far side's answer to our offer comes to.
    pub(crate) fn accept(&self, answer: &[u8]) -> Result<Media, Unusable> {
        let session = read(answer)?;
        // RFC 3264 §6: the media lines of an answer match those of the offer.
        let stream = self.take(&session, self.line, Role::Answer)?;
        Ok(self.media(&stream))
    }

    /// Our answer to the far side's offer, and what it comes to.
    pub(crate) fn answer(&mut self, offer: &[u8]) -> Result<(Media, Vec<u8>), Unusable> {
        let session = read(offer)?;
        let mut found = Err(Unusable::NoStream);
        for line in 0..session.medias.len() {
            match self.take(&session, line, Role::Offer) {
                Ok(stream) => {
                    found = Ok(stream);
                    break;
                }
                // The first reason that is more than "no audio" is the one to tell.
                Err(why) => {
                    if found.as_ref().err() == Some(&Unusable::NoStream) {
                        found = Err(why);
                    }
                }
            }
        }
        let stream = found?;
        let mut sdp = String::new();
        for (line, media) in session.medias.iter().enumerate() {
            if line == stream.line {
                self.describe(&mut sdp, &stream);
            } else {
                // RFC 3264 §6: a stream that is refused keeps its line, with port 0.
                let format = media.fmt.split_whitespace().next().unwrap_or("0");
                let _ = write!(sdp, "m={} 0 {} {format}\r\n", media.media, media.proto);
            }
        }
        self.line = stream.line;
        Ok((self.media(&stream), self.say(sdp)))
    }

    fn media(&self, stream: &Stream) -> Media {
        let &Stream { remote, rtcp, codec, payload_type, keys, direction, .. } = stream;
        let security = stream
            .agreed
            .as_ref()
            .map(|(theirs, ours)| Security { ours: ours.secret, theirs: theirs.secret });
        // Of the other family, nothing comes to our socket.
        let signals_from = self.signals_from.filter(|ip| ip.is_ipv4() == self.address.is_ipv4());
        Media { remote, rtcp, codec, payload_type, keys, direction, security, signals_from }
    }

    /// A description with these media lines. RFC 3264 §8: of another version if they say something else.
    fn say(&mut self, media: String) -> Vec<u8> {
        if self.said != media {
            self.version = self.version.saturating_add(1);
            self.said = media;
        }
        self.again()
    }

    /// The lines before the first media line.
    fn head(&self) -> String {
        let ip = self.address.ip();
        let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "v=0\r\no=- {} {} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n",
            self.session, self.version
        )
    }

    /// The media line of an answer for the stream that we take.
    fn describe(&self, sdp: &mut String, stream: &Stream) {
        let (port, payload_type) = (self.address.port(), stream.payload_type);
        let _ = write!(sdp, "m=audio {port} {} {payload_type}", stream.protocol);
        if let Some(keys) = stream.keys {
            let _ = write!(sdp, " {keys}");
        }
        let _ = write!(sdp, "\r\na=rtpmap:{payload_type} {}/8000\r\n", name(stream.codec));
        if let Some(keys) = stream.keys {
            describe_keys(sdp, keys);
        }
        let direction = match stream.direction {
            Direction::Both => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::ReceiveOnly => "recvonly",
            Direction::Inactive => "inactive",
        };
        let _ = write!(sdp, "a=ptime:20\r\na={direction}\r\n");
        if let Some((_, ours)) = &stream.agreed {
            let _ = write!(sdp, "{ours}");
        }
    }

    /// What one media line of the far side comes to, if we can use it.
    fn take(&self, session: &Session, line: usize, role: Role) -> Result<Stream, Unusable> {
        let media = session.medias.get(line).ok_or(Unusable::NoStream)?;
        let over = media.proto.to_ascii_lowercase();
        let fax = media.media.eq_ignore_ascii_case("image") && matches!(&*over, "udptl" | "tcp");
        if fax && media.port != 0 {
            return Err(Unusable::Fax);
        }
        let is = |protocol: &str| media.proto.eq_ignore_ascii_case(protocol);
        let audio = media.media.eq_ignore_ascii_case("audio") && (is(CLEAR) || is(SECURED));
        if !audio || media.port == 0 {
            return Err(Unusable::NoStream);
        }
        let agreed = self.agree(&media.attributes, is(SECURED), role)?;
        let formats: Vec<(u8, &str)> = media
            .fmt
            .split_whitespace()
            .take(limits::HEADER_LINES)
            .filter_map(|format| format.parse::<u8>().ok().filter(|t| *t < 128))
            .map(|t| (t, mapped(&media.attributes, t)))
            .collect();
        // The far side's order decides (RFC 3264 §6.1: the answerer should follow it).
        let (codec, payload_type) =
            formats.iter().find_map(|(t, map)| Some((self.spoken(map)?, *t))).ok_or(Unusable::NoCodec)?;
        let keys = formats.iter().find(|(_, map)| is_encoding(map, "telephone-event")).map(|(t, _)| *t);

        let connection = media.connections.first().or(session.connection.as_ref());
        let ip = address(connection.ok_or(Unusable::Address)?)?;
        let remote = self.usable(SocketAddr::new(ip, media.port))?;
        let rtcp = self.rtcp(&media.attributes, remote)?;
        let direction = direction(&media.attributes)
            .or_else(|| direction(&session.attributes))
            .unwrap_or(Direction::Both);
        // RFC 3264 §8.4: to an address of zeros nothing is sent: the old way to hold.
        let direction = match direction {
            Direction::Both if ip.is_unspecified() => Direction::ReceiveOnly,
            Direction::SendOnly if ip.is_unspecified() => Direction::Inactive,
            other => other,
        };
        let protocol = media.proto.clone();
        Ok(Stream { line, codec, payload_type, keys, remote, rtcp, direction, protocol, agreed })
    }

    /// How packets are secured: the far side's line and ours; none where they go in the clear.
    fn agree(
        &self,
        attributes: &[Attribute],
        is_secured: bool,
        role: Role,
    ) -> Result<Option<(Line, Line)>, Unusable> {
        let ours = match &self.secrecy {
            Secrecy::Off if is_secured => return Err(Unusable::Secured),
            Secrecy::Off => return Ok(None),
            Secrecy::Preferred(ours) | Secrecy::Required(ours) => ours,
        };
        let theirs = sdes::lines(attributes);
        let agreed = match role {
            Role::Offer => ours.answer(&theirs),
            Role::Answer => ours.taken(&theirs),
        };
        match (agreed, &self.secrecy) {
            (None, _) if is_secured => Err(Unusable::Secured),
            (None, Secrecy::Required(_)) => Err(Unusable::Clear),
            (agreed, _) => Ok(agreed),
        }
    }

    /// The codec of ours that an rtpmap names.
    fn spoken(&self, map: &str) -> Option<Codec> {
        self.codecs.iter().copied().find(|codec| is_encoding(map, name(*codec)))
    }

    /// A place where we may send sound to, or not.
    fn usable(&self, remote: SocketAddr) -> Result<SocketAddr, Unusable> {
        let ip = remote.ip();
        let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
        let same_family = ip.is_ipv4() == self.address.is_ipv4();
        if ip.is_multicast() || broadcast || !same_family || remote == self.address {
            return Err(Unusable::Address);
        }
        Ok(remote)
    }

    /// Where the far side wants its RTCP: `a=rtcp` (RFC 3605 §2.1), else the next port. We neither
    /// offer nor accept `a=rtcp-mux` (RFC 5761 §5.1.1), so it is never the RTP port.
    fn rtcp(&self, attributes: &[Attribute], remote: SocketAddr) -> Result<SocketAddr, Unusable> {
        let next = SocketAddr::new(remote.ip(), remote.port().saturating_add(1));
        let Some(value) = value(attributes, "rtcp") else { return Ok(next) };
        let mut parts = value.split_whitespace();
        let Some(port) = parts.next().and_then(|p| p.parse::<u16>().ok()).filter(|p| *p != 0) else {
            return Ok(next);
        };
        let ip = match parts.nth(2) {
            Some(text) => text.parse().map_err(|_| Unusable::Address)?,
            None => remote.ip(),
        };
        self.usable(SocketAddr::new(ip, port))
    }
}

fn read(description: &[u8]) -> Result<Session, Unusable> {
    if description.len() > limits::SDP {
        return Err(Unusable::TooLong);
    }
    let session = Session::parse(description).map_err(|_| Unusable::Malformed)?;
    if session.medias.len() > limits::MEDIA_LINES {
        return Err(Unusable::TooLong);
    }
    Ok(session)
}

fn address(connection: &Connection) -> Result<IpAddr, Unusable> {
    if connection.nettype != NetType::In {
        return Err(Unusable::Address);
    }
    // A TTL (`224.2.1.1/127`) belongs to multicast only, and a host name would make us ask the DNS
    // for a stranger (security row 35): neither parses as an address.
    connection.connection_address.parse().map_err(|_| Unusable::Address)
}

/// The encoding of a payload type, as `PCMU/8000`: its rtpmap, else the static assignment (RFC 3551 §6).
fn mapped(attributes: &[Attribute], payload_type: u8) -> &str {
    let rtpmap = attributes.iter().filter(|a| a.attribute == "rtpmap").find_map(|a| {
        let (number, map) = a.value.as_deref()?.split_once(' ')?;
        (number.parse() == Ok(payload_type)).then(|| map.trim())
    });
    rtpmap.unwrap_or(match payload_type {
        0 => "PCMU/8000",
        8 => "PCMA/8000",
        9 => "G722/8000",
        _ => "",
    })
}

/// Whether an rtpmap names this encoding at 8000 Hz, one channel.
fn is_encoding(map: &str, encoding: &str) -> bool {
    let mut parts = map.split('/');
    parts.next().is_some_and(|n| n.eq_ignore_ascii_case(encoding))
        && parts.next() == Some("8000")
        && matches!(parts.next(), None | Some("1"))
}

/// Who may talk, seen from us: the far side's `sendonly` is our `ReceiveOnly`.
fn direction(attributes: &[Attribute]) -> Option<Direction> {
    attributes.iter().find_map(|a| match a.attribute.as_str() {
        "sendrecv" => Some(Direction::Both),
        "sendonly" => Some(Direction::ReceiveOnly),
        "recvonly" => Some(Direction::SendOnly),
        "inactive" => Some(Direction::Inactive),
        _ => None,
    })
}

fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes.iter().find(|a| a.attribute == name)?.value.as_deref()
}

const fn static_type(codec: Codec) -> u8 {
    match codec {
        Codec::Pcmu => 0,
        Codec::Pcma => 8,
        Codec::G722 => 9,
    }
}

const fn name(codec: Codec) -> &'static str {
    match codec {
        Codec::Pcmu => "PCMU",
        Codec::Pcma => "PCMA",
        Codec::G722 => "G722",
    }
}

/// RFC 4733 §2.4.1: the sixteen keys are the events 0 to 15.
fn describe_keys(sdp: &mut String, payload_type: u8) {
    let _ = write!(sdp, "a=rtpmap:{payload_type} telephone-event/8000\r\na=fmtp:{payload_type} 0-15\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Local {
        Local::new("127.0.0.1:20000".parse().unwrap(), vec![Codec::Pcmu, Codec::Pcma], Srtp::Off, 84).unwrap()
    }

    fn sdp(lines: &str) -> Vec<u8> {
        let head = "v=0\no=- 1 1 IN IP4 127.0.0.2\ns=-\nc=IN IP4 127.0.0.2\nt=0 0\n";
        format!("{head}{lines}\n").replace('\n', "\r\n").into_bytes()
    }

    /// What an answer to our offer comes to, in one line.
    fn check(lines: &str, expected: &str) {
        let shown = match local().accept(&sdp(lines)) {
            Ok(m) => format!(
                "{} {} {:?} {} {:?} {:?}",
                m.remote,
                m.rtcp.port(),
                m.codec,
                m.payload_type,
                m.keys,
                m.direction
            ),
            Err(why) => why.to_string(),
        };
        assert_eq!(shown, expected, "{lines}");
    }

    #[test]
    fn an_offer_says_what_we_speak() {
        let offer = String::from_utf8(local().offer()).unwrap();
        assert_eq!(
            offer.replace("\r\n", "\n"),
            "v=0\no=- 42 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n\
             m=audio 20000 RTP/AVP 0 8 101\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\n\
             a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=ptime:20\na=sendrecv\n"
        );
    }

    #[test]
    fn an_answer_is_read() {
        check("m=audio 4000 RTP/AVP 0", "127.0.0.2:4000 4001 Pcmu 0 None Both");
        check("m=audio 4000 RTP/AVP 8 0", "127.0.0.2:4000 4001 Pcma 8 None Both");
        check(
            "m=audio 4000 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000",
            "127.0.0.2:4000 4001 Pcmu 0 Some(96) Both",
        );
        check("m=audio 4000 RTP/AVP 97\na=rtpmap:97 pcma/8000/1", "127.0.0.2:4000 4001 Pcma 97 None Both");
        check(
            "m=audio 4000 RTP/AVP 0\nc=IN IP4 127.0.0.9\na=sendonly\na=rtcp:5003",
            "127.0.0.9:4000 5003 Pcmu 0 None ReceiveOnly",
        );
        check("m=audio 4000 RTP/AVP 0\na=recvonly", "127.0.0.2:4000 4001 Pcmu 0 None SendOnly");
        check("a=inactive\nm=audio 4000 RTP/AVP 0", "127.0.0.2:4000 4001 Pcmu 0 None Inactive");
    }

    #[test]
    fn an_address_of_zeros_holds() {
        let zeros = "c=IN IP4 0.0.0.0";
        check(&format!("m=audio 4000 RTP/AVP 0\n{zeros}"), "0.0.0.0:4000 4001 Pcmu 0 None ReceiveOnly");
        check(
            &format!("m=audio 4000 RTP/AVP 0\n{zeros}\na=recvonly"),
            "0.0.0.0:4000 4001 Pcmu 0 None Inactive",
        );
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        check("", "no audio stream is offered or accepted");
        check("m=audio 0 RTP/AVP 0", "no audio stream is offered or accepted");
        check("m=video 4000 RTP/AVP 31", "no audio stream is offered or accepted");
        check("m=audio 4000 RTP/SAVP 0", "its packets would be secured in a way that is not ours");
        check("m=audio 4000 RTP/AVP 18", "no codec in common");
        check("m=audio 4000 RTP/AVP 0\na=rtpmap:0 G722/8000", "no codec in common");
        check("m=audio 65536 RTP/AVP 0", "the description cannot be read");
        check("m=audio -1 RTP/AVP 0", "the description cannot be read");
        for bad in
            ["IP4 224.2.1.1/127", "IP4 224.2.1.1", "IP4 255.255.255.255", "IP6 ::1", "IP4 host.example"]
        {
            check(&format!("m=audio 4000 RTP/AVP 0\nc=IN {bad}"), "its address is no place to send sound to");
        }
        // Our own socket would hear itself.
        check("m=audio 20000 RTP/AVP 0\nc=IN IP4 127.0.0.1", "its address is no place to send sound to");
        check(&"m=audio 4000 RTP/AVP 18\n".repeat(20), "the description is too long");
        check(&"a=x\n".repeat(2_000), "the description is too long");
        assert_eq!(local().accept(b"hello"), Err(Unusable::Malformed));
        assert_eq!(local().accept(b""), Err(Unusable::Malformed));
    }

    #[test]
    fn our_answer_takes_one_stream_and_refuses_the_others() {
        let offer = sdp("m=video 4002 RTP/AVP 31 34\nm=audio 4000 RTP/AVP 18 8 0 100\n\
             a=rtpmap:100 telephone-event/8000\na=sendonly\nm=audio 4004 RTP/AVP 0");
        let mut local = local();
        let (media, answer) = local.answer(&offer).unwrap();
        assert_eq!(
            (media.codec, media.keys, media.direction),
            (Codec::Pcma, Some(100), Direction::ReceiveOnly)
        );
        assert_eq!(
            String::from_utf8(answer).unwrap().replace("\r\n", "\n"),
            "v=0\no=- 42 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 0 RTP/AVP 31\n\
             m=audio 20000 RTP/AVP 8 100\na=rtpmap:8 PCMA/8000\na=rtpmap:100 telephone-event/8000\n\
             a=fmtp:100 0-15\na=ptime:20\na=recvonly\nm=audio 0 RTP/AVP 0\n"
        );
        assert_eq!(local.answer(&sdp("m=audio 4000 RTP/AVP 18")), Err(Unusable::NoCodec));
    }

    #[test]
    fn g722_counts_its_timestamps_as_if_it_had_8000_samples_a_second() {
        let codecs = vec![Codec::Pcmu, Codec::G722];
        let mut local = Local::new("127.0.0.1:20000".parse().unwrap(), codecs, Srtp::Off, 84).unwrap();
        let offer = String::from_utf8(local.offer()).unwrap();
        assert!(
            offer.contains("RTP/AVP 0 9 101\r\n") && offer.contains("a=rtpmap:9 G722/8000\r\n"),
            "{offer}"
        );
        // RFC 3551 §4.5.2: static, so no rtpmap is needed.
        let media = local.accept(&sdp("m=audio 4000 RTP/AVP 9 101")).unwrap();
        assert_eq!((media.codec, media.payload_type), (Codec::G722, 9));
        let (media, _) = local.answer(&sdp("m=audio 4000 RTP/AVP 97\na=rtpmap:97 G722/8000")).unwrap();
        assert_eq!((media.codec, media.payload_type), (Codec::G722, 97));
        assert!(local.answer(&sdp("m=audio 4000 RTP/AVP 97\na=rtpmap:97 G722/16000")).is_err());
    }

    /// A side of its own under this rule.
    fn side(srtp: Srtp) -> Local {
        Local::new("127.0.0.1:20000".parse().unwrap(), vec![Codec::Pcmu], srtp, 84).unwrap()
    }

    /// What an offer under one rule and its answer under another come to, on both sides.
    fn agree(offers: Srtp, answers: Srtp) -> Result<(Option<Security>, Option<Security>), Unusable> {
        let (mut one, mut other) = (side(offers), side(answers));
        other.address = "127.0.0.1:30000".parse().unwrap();
        let (theirs, answer) = other.answer(&one.offer())?;
        Ok((one.accept(&answer)?.security, theirs.security))
    }

    #[test]
    fn packets_are_secured_where_both_sides_want_it() {
        use Srtp::{Off, Preferred, Required};
        for (offers, answers) in
            [(Preferred, Preferred), (Required, Preferred), (Preferred, Required), (Required, Required)]
        {
            let (one, other) = agree(offers, answers).unwrap();
            let (one, other) = (one.expect("secured"), other.expect("secured"));
            assert_eq!((one.ours, one.theirs), (other.theirs, other.ours));
            assert_ne!(one.ours, one.theirs);
        }
        for (offers, answers) in [(Off, Off), (Preferred, Off), (Off, Preferred)] {
            assert_eq!(agree(offers, answers), Ok((None, None)));
        }
        assert_eq!(agree(Required, Off), Err(Unusable::Secured));
        assert_eq!(agree(Off, Required), Err(Unusable::Clear));
    }

    #[test]
    fn a_line_keeps_its_secrets_and_shows_them_to_nobody_else() {
        let mut side = side(Srtp::Required);
        let offer = String::from_utf8(side.offer()).unwrap();
        assert!(offer.contains("m=audio 20000 RTP/SAVP 0 101\r\n"), "{offer}");
        assert_eq!(side.again(), offer.clone().into_bytes(), "the same again");
        let secret = offer.split_once("inline:").unwrap().1.lines().next().unwrap();
        assert!(!format!("{side:?}").contains(secret));
    }
}
