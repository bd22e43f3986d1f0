//! Any bytes as a WAV file: it is read within the limit or refused in words, and a repair makes a header
//! that needs no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::voice_file;
use media::vox::VoxFormat;
use media::wav;

const LIMIT: usize = 4_000;

fuzz_target!(|bytes: &[u8]| {
    match voice_file::decode("wav", bytes, VoxFormat::default(), LIMIT) {
        Ok(samples) => assert!(samples.len() <= LIMIT),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let first = &bytes[..bytes.len().min(wav::REPAIR)];
    if let Some(patch) = wav::repair(first, bytes.len() as u64) {
        let mut repaired = bytes.to_vec();
        repaired[patch.at as usize..][..patch.bytes.len()].copy_from_slice(&patch.bytes);
        assert_eq!(repaired.len(), bytes.len(), "nothing is added");
        let first = &repaired[..repaired.len().min(wav::REPAIR)];
        assert_eq!(wav::repair(first, repaired.len() as u64), None, "it is right after one repair");
    }
});
