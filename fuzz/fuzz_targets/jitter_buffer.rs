//! Any packets in any turns: nothing panics, every turn has its frame, and what is held stays bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::codec::Codec;
use media::jitter::{DEEPEST, SHALLOWEST};
use media::receiver::{Heard, Receiver};
use media::rtp::{Header, Packet, Reception};

fuzz_target!(|input: &[u8]| {
    let [kind, input @ ..] = input else { return };
    let codec = [Codec::Pcmu, Codec::Pcma, Codec::G722][usize::from(*kind) % 3];
    let (mut reception, mut receiver) = (Reception::default(), Receiver::new(codec));
    let (mut sequence, mut timestamp, mut turn) = (0_u16, 0_u32, 0_u64);
    for step in input.chunks_exact(4) {
        let &[what, a, b, c] = step else { continue };
        let word = u16::from_be_bytes([a, b]);
        match what & 15 {
            0 => sequence = word,
            1 => timestamp = u32::from(word) << 16,
            2 => sequence = sequence.wrapping_add_signed(i16::from(a.cast_signed())),
            3 => timestamp = timestamp.wrapping_add_signed(i32::from(word.cast_signed())),
            4 => turn += u64::from(a),
            _ => {
                let length = [160, 80, 240, 320, 480, 0, 960, 1_400][usize::from(what >> 4 & 7)];
                let header = Header { marker: false, payload_type: 0, sequence, timestamp, ssrc: u32::from(c >> 7) };
                let arrival = reception.arrive(header.ssrc, sequence);
                receiver.packet(arrival, &Packet { header, payload: &vec![a; length] }, turn);
                sequence = sequence.wrapping_add(1);
                timestamp = timestamp.wrapping_add(length as u32);
            }
        }
        if c & 1 == 0 {
            let mut frame = [1; 160];
            let heard = receiver.frame(turn, &mut frame);
            assert!(heard != Heard::Silence || frame == [0; 160]);
            assert!((SHALLOWEST..=DEEPEST).contains(&receiver.target()));
            turn += 1;
        }
    }
});
