//! Any bytes as a VOX file of any kind, and as any other file without a header: each is one, within the
//! limit; and what is written of it is as long as what was read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::recording::{Format, Writer};
use media::voice_file;
use media::vox::{self, VoxFormat};

const LIMIT: usize = 8_000;

fuzz_target!(|bytes: &[u8]| {
    for extension in ["ul", "al", "raw"] {
        let _ = voice_file::decode(extension, bytes, VoxFormat::default(), LIMIT);
    }
    for format in VoxFormat::ALL {
        let Ok(samples) = vox::decode(bytes, format, LIMIT) else { continue };
        assert!(samples.len() <= LIMIT);
        // In pieces whose length the bytes choose.
        let length = usize::from(bytes.first().copied().unwrap_or(0)) + 1;
        let (mut writer, mut written) = (Writer::new(Format::Vox(format)), Vec::new());
        for piece in samples.chunks(length) {
            writer.push(piece, &mut written);
        }
        assert_eq!(writer.finish(&mut written), None);
        assert_eq!(written, vox::encode(&samples, format), "the pieces do not matter");
        assert!(written.len().abs_diff(bytes.len()) <= 1);
    }
});
