//! Any telephone-event payloads with any timestamps: nothing panics, and only keys are told.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::keys::{HIGHEST_KEY, PAYLOAD, Payload, Receiver};

fuzz_target!(|octets: &[u8]| {
    let mut receiver = Receiver::default();
    for packet in octets.chunks(PAYLOAD + 4) {
        let (timestamp, payload) = packet.split_at(packet.len().min(4));
        let Some(event) = Payload::parse(payload) else { continue };
        assert_eq!(event.octets()[0], payload[0]);
        assert_eq!(Payload::parse(&event.octets()), Some(event));
        let timestamp = u32::from_be_bytes(timestamp.try_into().expect("a payload follows four octets"));
        // Few timestamps, so that events meet.
        if let Some(key) = receiver.take(event, timestamp & 0xF000_00FF) {
            assert!(key <= HIGHEST_KEY);
        }
        if payload[1] & 0x40 != 0 {
            receiver.restart();
        }
    }
});
