//! Any octets as an RTP packet: nothing panics, and what is read lies within them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::rtp::{HEADER, Header, Packet, Reception};

fuzz_target!(|octets: &[u8]| {
    let Ok(packet) = Packet::parse(octets) else { return };
    assert!(packet.payload.len() + HEADER <= octets.len());
    assert!(packet.header.payload_type < 128);
    // What is written is read back the same.
    let written = [&packet.header.octets()[..], packet.payload].concat();
    assert_eq!(Packet::parse(&written), Ok(packet));

    // The payload as headers of packets that follow: nothing they say panics.
    let mut reception = Reception::default();
    for fields in packet.payload.chunks_exact(12) {
        let fields: &[u8; 12] = fields.try_into().expect("the chunks have this length");
        let header = Header { ssrc: u32::from(fields[8] & 1), ..header(fields) };
        reception.arrive(header.ssrc, header.sequence);
        reception.time(header.timestamp, u32::from_be_bytes([fields[8], fields[9], fields[10], fields[11]]));
        if fields[0] & 7 == 0 {
            reception.report();
        }
    }
    assert!(reception.received() <= packet.payload.len() as u64);
});

fn header(octets: &[u8; 12]) -> Header {
    let octets = [&[0x80][..], &octets[1..]].concat();
    Packet::parse(&octets).expect("twelve octets of version 2 are a packet").header
}
