use proptest::prelude::*;

use super::*;
use crate::rtp::Header;

/// Octets from hexadecimal digits.
pub fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn master(suite: Suite) -> Master {
    let salt = octets("0ec675ad498afeebb6960b3aabe6").try_into().unwrap();
    Master { suite, key: octets("e1f97a0d3e018be0d64fa32c06de4139").try_into().unwrap(), salt }
}

/// A packet as it leaves.
fn sealed(sealer: &mut Sealer, packet: &[u8]) -> Vec<u8> {
    let mut room = [packet, &[0; OVERHEAD]].concat();
    let length = sealer.seal(&mut room, packet.len()).unwrap();
    room.truncate(length);
    room
}

fn sealed_report(sealer: &mut Sealer, report: &[u8]) -> Vec<u8> {
    let mut room = [report, &[0; OVERHEAD]].concat();
    let length = sealer.seal_report(&mut room, report.len()).unwrap();
    room.truncate(length);
    room
}

fn packet(sequence: u16, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let header = Header { marker: false, payload_type: 0, sequence, timestamp: 160, ssrc };
    [header.octets().as_slice(), payload].concat()
}

// Made with an implementation that is not ours (libsrtp's driver tests itself with these octets).
#[test]
fn a_packet_is_secured_as_others_secure_it() {
    let packet = octets("800f1234decafbadcafebabeabababababababababababababababab");
    let mut sealed = sealed(&mut Sealer::new(&master(Suite::Sha1With80)), &packet);
    let theirs = "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";
    assert_eq!(sealed, octets(theirs));
    let length = Opener::new(&master(Suite::Sha1With80)).open(&mut sealed).unwrap();
    assert_eq!(sealed[..length], packet);
}

#[test]
fn a_short_tag_is_four_octets_but_not_on_reports() {
    let mut sealer = Sealer::new(&master(Suite::Sha1With32));
    let mut opener = Opener::new(&master(Suite::Sha1With32));
    let mut sealed = sealed(&mut sealer, &packet(1, 7, &[1; 160]));
    assert_eq!(sealed.len(), HEADER + 160 + 4);
    assert_eq!(opener.open(&mut sealed), Ok(HEADER + 160));
    assert_eq!(sealed[..HEADER + 160], packet(1, 7, &[1; 160]));
    let report = octets("80c9000100000007");
    let report = [report, vec![9; 24]].concat();
    let mut sealed = sealed_report(&mut sealer, &report);
    assert_eq!(sealed.len(), report.len() + OVERHEAD);
    assert_ne!(sealed[OPEN..report.len()], report[OPEN..]);
    assert_eq!(opener.open_report(&mut sealed), Ok(report.len()));
    assert_eq!(sealed[..report.len()], report);
}

#[test]
fn a_stream_goes_on_where_its_numbers_run_over() {
    let mut sealer = Sealer::new(&master(Suite::Sha1With80));
    let mut opener = Opener::new(&master(Suite::Sha1With80));
    for number in 65_000_u32..200_000 {
        // Of every ten, one is lost and one comes after the next.
        let mut sealed = sealed(&mut sealer, &packet(number as u16, 7, &[number as u8; 20]));
        if number % 10 != 3 {
            assert_eq!(opener.open(&mut sealed), Ok(HEADER + 20), "{number}");
            assert_eq!(sealed[HEADER..HEADER + 20], [number as u8; 20], "{number}");
        }
    }
}

#[test]
fn what_comes_out_of_order_over_the_end_of_the_numbers_is_opened() {
    let mut sealer = Sealer::new(&master(Suite::Sha1With80));
    let mut sealed = [65_534, 65_535, 0, 1].map(|number| sealed(&mut sealer, &packet(number, 7, &[3; 20])));
    let mut opener = Opener::new(&master(Suite::Sha1With80));
    for at in [0, 2, 1, 3] {
        assert_eq!(opener.open(&mut sealed[at]), Ok(HEADER + 20), "{at}");
        assert_eq!(sealed[at][HEADER..HEADER + 20], [3; 20]);
    }
}

#[test]
fn what_is_forged_sent_again_or_of_too_many_sources_is_refused() {
    let mut sealer = Sealer::new(&master(Suite::Sha1With80));
    let mut opener = Opener::new(&master(Suite::Sha1With80));
    let mut once = sealed(&mut sealer, &packet(1, 7, &[5; 20]));
    for at in 0..once.len() {
        let mut changed = once.clone();
        changed[at] ^= 1;
        assert!(opener.open(&mut changed).is_err(), "octet {at} was changed");
    }
    assert_eq!(opener.open(&mut once.clone()), Ok(HEADER + 20));
    assert_eq!(opener.open(&mut once), Err(Refused::Replayed));
    assert_eq!(opener.open(&mut [0; 9]), Err(Refused::Short(9)));
    for ssrc in 0..100 {
        let packet = packet(1, 1_000 + ssrc, &[5; 20]);
        let mut sealed = sealed(&mut Sealer::new(&master(Suite::Sha1With80)), &packet);
        let opened = opener.open(&mut sealed);
        assert_eq!(opened, if ssrc < 7 { Ok(HEADER + 20) } else { Err(Refused::Streams) });
    }
    let mut clear = [octets("80c9000100000007"), vec![9; 8], vec![0; 4]].concat();
    let tag = opener.rtcp.tag(&clear, &[]);
    clear.extend(tag);
    assert_eq!(opener.open_report(&mut clear), Err(Refused::Clear));
}

proptest! {
    #[test]
    fn anything_is_refused_and_nothing_panics(mut octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut opener = Opener::new(&master(Suite::Sha1With32));
        prop_assert!(opener.open(&mut octets.clone()).is_err());
        prop_assert!(opener.open_report(&mut octets.clone()).is_err());
        let (before, length) = (octets.clone(), octets.len());
        octets.extend([0; OVERHEAD]);
        let mut sealer = Sealer::new(&master(Suite::Sha1With80));
        if let Some(sealed) = sealer.seal(&mut octets, length) {
            let opened = Opener::new(&master(Suite::Sha1With80)).open(&mut octets[..sealed]);
            prop_assert_eq!(opened, Ok(length));
            prop_assert_eq!(&octets[..length], before.as_slice());
        }
        prop_assert_eq!(sealer.seal(&mut octets[..length], length), None, "there is no room");
    }
}
