//! Where a station is registered (RFC 3261 §10.3): what each REGISTER makes of that.

use std::time::{Duration, Instant};

use crate::fields;
use crate::limits;
use crate::settings::Transport;

/// The places of one station. `F` is the way to such a place.
#[derive(Clone, Debug)]
pub(crate) struct Bindings<F>(Vec<Binding<F>>);

/// One place of a station.
#[derive(Clone, Debug)]
pub(crate) struct Binding<F> {
    /// Its Contact, as the telephone wrote it.
    pub(crate) uri: String,
    /// Which telephone it is, where it says so: several registrations of one replace each other.
    instance: Option<Instance>,
    /// How much it is preferred, in thousandths (RFC 3261 §20.10).
    q: u16,
    /// The REGISTER that told it.
    call_id: String,
    sequence: u32,
    pub(crate) until: Instant,
    pub(crate) flow: F,
    pub(crate) user_agent: String,
}

/// A telephone and its flow (RFC 5626 §4.1): `+sip.instance`, and `reg-id` where it keeps several.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Instance {
    urn: String,
    flow: u32,
}

/// What a REGISTER asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    /// To be told what there is.
    Query,
    /// To forget all (`Contact: *`).
    Nothing,
    /// These.
    Contacts(Vec<Contact>),
}

/// A Contact of a REGISTER.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Contact {
    uri: String,
    instance: Option<Instance>,
    q: u16,
    /// How long it is to last; zero removes it.
    life: Duration,
}

/// Why a REGISTER changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// It cannot be understood: 400.
    Malformed,
    /// It comes after one that was sent later: 500 (§10.3 step 6, 7).
    OutOfOrder,
    /// It asks for too short a life: 423.
    TooBrief,
}

/// The order in which a REGISTER was sent, and who sent it.
pub(crate) struct Order<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) sequence: u32,
    pub(crate) user_agent: &'a str,
}

impl Asked {
    /// Reads the Contacts of a REGISTER that came over this transport, with its Expires (§10.3 step 6 and 7).
    pub(crate) fn read<'a>(
        contacts: impl Iterator<Item = &'a str>,
        transport: Transport,
        expires: Option<&str>,
        least: Duration,
        longest: Duration,
    ) -> Result<Self, Refused> {
        let contacts: Vec<&str> = contacts.flat_map(fields::list).take(limits::CONTACTS_ASKED + 1).collect();
        if contacts.is_empty() {
            return Ok(Self::Query);
        }
        if contacts.contains(&"*") {
            let all_to_go = contacts.len() == 1 && expires.map(str::trim) == Some("0");
            return if all_to_go { Ok(Self::Nothing) } else { Err(Refused::Malformed) };
        }
        if contacts.len() > limits::CONTACTS_ASKED {
            return Err(Refused::Malformed);
        }
        let read = |value: &&str| Contact::read(value, transport, expires, least, longest);
        contacts.iter().map(read).collect::<Result<_, _>>().map(Self::Contacts)
    }
}

impl Contact {
    fn read(
        value: &str,
        transport: Transport,
        expires: Option<&str>,
        least: Duration,
        longest: Duration,
    ) -> Result<Self, Refused> {
        let uri = fields::uri(value);
        // We go back the way a REGISTER came, so the host may be anything; and what must be reached over TLS
        // (RFC 3261 §26.2.2) has to have come over it.
        let known = match uri.split_once(':') {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("sips") => transport == Transport::Tls,
            Some((scheme, _)) => scheme.eq_ignore_ascii_case("sip"),
            None => false,
        };
        if !known || uri.len() > limits::CONTACT || fields::stack_uri(uri).is_none() {
            return Err(Refused::Malformed);
        }
        // RFC 3261 §20.19: what is no number counts as not there.
        let seconds = fields::param(value, "expires").or(expires).and_then(|text| text.trim().parse().ok());
        let life = seconds.map_or(longest, Duration::from_secs);
        if !life.is_zero() && life < least {
            return Err(Refused::TooBrief);
        }
        let urn = fields::param(value, "+sip.instance").map(|urn| urn.trim_matches(['<', '>']).to_owned());
        let instance = urn.filter(|urn| !urn.is_empty() && urn.len() <= limits::CONTACT).map(|urn| {
            Instance { urn, flow: fields::param(value, "reg-id").and_then(|id| id.parse().ok()).unwrap_or(0) }
        });
        Ok(Self {
            uri: uri.to_owned(),
            instance,
            q: fields::param(value, "q").and_then(q).unwrap_or(1000),
            life: life.min(longest),
        })
    }

    /// Whether this is of the same telephone, or the same URI.
    fn replaces<F>(&self, binding: &Binding<F>) -> bool {
        let known = self.instance.is_some() && self.instance == binding.instance;
        known || self.uri.eq_ignore_ascii_case(&binding.uri)
    }
}

/// A qvalue (RFC 3261 §25.1), in thousandths.
fn q(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match whole {
        "1" => Some(1000),
        "0" | "" => format!("{part:0<3}").parse().ok(),
        _ => None,
    }
}

impl<F: Clone> Bindings<F> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Does all that is asked for, or nothing of it (§10.3 step 7).
    pub(crate) fn apply(
        &mut self,
        asked: &Asked,
        order: &Order<'_>,
        flow: &F,
        now: Instant,
    ) -> Result<(), Refused> {
        let touched = |binding: &Binding<F>| match asked {
            Asked::Query => false,
            Asked::Nothing => true,
            Asked::Contacts(contacts) => contacts.iter().any(|contact| contact.replaces(binding)),
        };
        let later = |b: &Binding<F>| b.call_id == order.call_id && b.sequence >= order.sequence;
        if self.0.iter().any(|binding| touched(binding) && later(binding)) {
            return Err(Refused::OutOfOrder);
        }
        self.0.retain(|binding| !touched(binding));
        let Asked::Contacts(contacts) = asked else { return Ok(()) };
        for contact in contacts.iter().filter(|contact| !contact.life.is_zero()) {
            self.0.retain(|binding| !contact.replaces(binding));
            self.0.push(Binding {
                uri: contact.uri.clone(),
                instance: contact.instance.clone(),
                q: contact.q,
                call_id: order.call_id.to_owned(),
                sequence: order.sequence,
                until: now + contact.life,
                flow: flow.clone(),
                user_agent: order.user_agent.to_owned(),
            });
        }
        // A telephone that died and came back elsewhere, time and again, must not be kept out.
        while self.0.len() > limits::CONTACTS {
            let first = self.0.iter().enumerate().min_by_key(|(_, binding)| binding.until);
            let first = first.map_or(0, |(at, _)| at);
            self.0.remove(first);
        }
        // The most preferred first, and of those the last to come: the others may be gone unnoticed.
        self.0.sort_by_key(|binding| (std::cmp::Reverse(binding.q), std::cmp::Reverse(binding.until)));
        Ok(())
    }

    /// Lets go of those for which this holds.
    pub(crate) fn forget(&mut self, gone: impl Fn(&Binding<F>) -> bool) {
        self.0.retain(|binding| !gone(binding));
    }

    /// Those there are, in the order of preference.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Binding<F>> {
        self.0.iter()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Duration = Duration::from_secs(60);
    const LONGEST: Duration = Duration::from_secs(300);

    fn asked(contacts: &[&str], expires: Option<&str>) -> Result<Asked, Refused> {
        Asked::read(contacts.iter().copied(), Transport::Tcp, expires, LEAST, LONGEST)
    }

    /// What a REGISTER with these Contacts makes of what there is: the URIs with what is left of their lives.
    #[track_caller]
    fn check(
        bindings: &mut Bindings<u8>,
        (call_id, sequence, now): (&str, u32, Instant),
        (contacts, expires): (&[&str], Option<&str>),
        expected: Result<&[&str], Refused>,
    ) {
        let order = Order { call_id, sequence, user_agent: "" };
        let done = asked(contacts, expires).and_then(|asked| bindings.apply(&asked, &order, &0, now));
        let line = |b: &Binding<u8>| format!("{} {}", b.uri, (b.until - now).as_secs());
        assert_eq!(
            done.map(|()| bindings.iter().map(line).collect::<Vec<_>>()),
            expected.map(|lines| { lines.iter().map(ToString::to_string).collect() })
        );
    }

    #[test]
    fn a_register_adds_renews_and_removes() {
        let (mut bindings, now) = (Bindings::new(), Instant::now());
        let all = &mut bindings;
        check(all, ("a", 1, now), (&["<sip:25@h>"], Some("120")), Ok(&["sip:25@h 120"]));
        check(all, ("a", 2, now), (&[], None), Ok(&["sip:25@h 120"]));
        check(all, ("a", 3, now), (&["<sip:25@H>;expires=90"], Some("120")), Ok(&["sip:25@H 90"]));
        check(
            all,
            ("b", 1, now),
            (&["sip:25@x;q=0.5;expires=9999"], None),
            Ok(&["sip:25@H 90", "sip:25@x 300"]),
        );
        check(all, ("b", 2, now), (&["<sip:25@x>", "<sip:25@h>;expires=0"], None), Ok(&["sip:25@x 300"]));
        check(all, ("c", 1, now), (&["*"], Some("0")), Ok(&[]));
    }

    #[test]
    fn a_register_is_done_whole_or_not_at_all() {
        let (mut bindings, now) = (Bindings::new(), Instant::now());
        let all = &mut bindings;
        check(all, ("a", 5, now), (&["<sip:25@h>"], Some("120")), Ok(&["sip:25@h 120"]));
        for (order, contacts, expires, refused) in [
            (6, &["<sip:25@x>", "<sip:25@y>;expires=59"][..], None, Refused::TooBrief),
            (6, &["*"], Some("60"), Refused::Malformed),
            (6, &["*", "<sip:25@h>"], Some("0"), Refused::Malformed),
            (6, &["<sips:25@h>"], None, Refused::Malformed),
            (6, &["<sip:25@x>", "tel:25"], None, Refused::Malformed),
            (5, &["<sip:25@x>", "<sip:25@h>;expires=0"], None, Refused::OutOfOrder),
            (4, &["*"], Some("0"), Refused::OutOfOrder),
        ] {
            check(all, ("a", order, now), (contacts, expires), Err(refused));
        }
        check(all, ("a", 6, now), (&[], None), Ok(&["sip:25@h 120"]));
        let many: Vec<String> = (0..=limits::CONTACTS_ASKED).map(|n| format!("<sip:25@h{n}>")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(all, ("a", 7, now), (&many, None), Err(Refused::Malformed));
    }

    #[test]
    fn a_telephone_that_says_which_it_is_has_one_place_for_each_flow() {
        let (mut bindings, now) = (Bindings::new(), Instant::now());
        let all = &mut bindings;
        let one = |host: &str, more: &str| format!("<sip:25@{host}>;+sip.instance=\"<urn:uuid:1>\"{more}");
        check(all, ("a", 1, now), (&[&one("a", "")], None), Ok(&["sip:25@a 300"]));
        check(all, ("b", 1, now), (&[&one("b", "")], None), Ok(&["sip:25@b 300"]));
        check(
            all,
            ("c", 1, now),
            (&[&one("c", ";reg-id=2;q=0.3")], None),
            Ok(&["sip:25@b 300", "sip:25@c 300"]),
        );
        check(
            all,
            ("d", 1, now),
            (&[&one("d", ";reg-id=2")], Some("60")),
            Ok(&["sip:25@b 300", "sip:25@d 60"]),
        );
    }

    #[test]
    fn places_are_bounded_and_those_that_run_out_first_go() {
        let (mut bindings, now) = (Bindings::new(), Instant::now());
        for n in 0..20_u32 {
            let contact = format!("<sip:25@h{n}>;expires={}", 100 + n);
            let order = Order { call_id: "a", sequence: n, user_agent: "" };
            bindings.apply(&asked(&[&contact], None).unwrap(), &order, &n, now).unwrap();
        }
        let left: Vec<u32> = bindings.iter().map(|b| b.flow).collect();
        assert_eq!(left, [19, 18, 17, 16, 15]);
        bindings.forget(|b| b.until <= now + Duration::from_secs(117));
        assert_eq!(bindings.iter().count(), 2);
    }

    #[test]
    fn preferences_are_thousandths() {
        for (text, value) in [
            ("1", Some(1000)),
            ("0.7", Some(700)),
            ("0.001", Some(1)),
            (".5", Some(500)),
            ("2", None),
            ("0.1234", None),
            ("x", None),
        ] {
            assert_eq!(q(text), value, "{text}");
        }
    }
}
