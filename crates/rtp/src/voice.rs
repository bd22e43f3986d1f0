//! What a leg says: silence, a play, or what it hears; and the codecs that it is said and heard in.

use edge::PlayId;
use edge::sound::{Barge, Clip, Codec, FRAME, Repeat};
use media::codec::Encoder;
use media::g711;

/// Timestamp units of one frame.
pub const STEP: u32 = FRAME as u32;

/// The octets of one frame: one a sample in every codec.
pub type Payload = [u8; FRAME];

/// The codec as the media crate calls it.
#[must_use]
pub const fn coding(codec: Codec) -> media::codec::Codec {
    match codec {
        Codec::Pcmu => media::codec::Codec::Pcmu,
        Codec::Pcma => media::codec::Codec::Pcma,
        Codec::G722 => media::codec::Codec::G722,
    }
}

/// A frame of silence.
pub fn silence(encoder: &mut Encoder, payload: &mut Payload) {
    match encoder {
        Encoder::Pcmu => payload.fill(g711::MU_SILENCE),
        Encoder::Pcma => payload.fill(g711::A_SILENCE),
        // What it is depends on what was before.
        Encoder::G722(_) => encoder.encode(&[0; FRAME], payload),
    }
}

/// What a leg says when no key is pressed on it.
#[derive(Debug)]
pub enum Voice {
    /// Nothing.
    Silence,
    /// Clips.
    Play(Play),
    /// What it hears in the same turn.
    Echo,
}

/// Clips under way.
#[derive(Debug)]
pub struct Play {
    /// Its name.
    pub id: PlayId,
    /// Whether a key ends it.
    pub barge: Barge,
    repeat: Repeat,
    /// Without empty ones: each has a next sample to give.
    clips: Vec<Clip>,
    /// The next sample: of which clip, and which of it.
    clip: usize,
    sample: usize,
}

impl Play {
    /// A play that begins.
    #[must_use]
    pub fn new(id: PlayId, mut clips: Vec<Clip>, barge: Barge, repeat: Repeat) -> Self {
        clips.retain(|clip| !clip.samples.is_empty());
        Self { id, barge, repeat, clips, clip: 0, sample: 0 }
    }

    /// Fills the next frame, the last one up with silence, and tells whether the play ends with it.
    pub fn fill(&mut self, encoder: &mut Encoder, payload: &mut Payload) -> bool {
        let mut filled = 0;
        while filled < FRAME {
            let Some(clip) = self.clips.get(self.clip) else {
                encoder.encode(&[0; FRAME], &mut payload[filled..]);
                break;
            };
            let rest = &clip.samples[self.sample..];
            let count = rest.len().min(FRAME - filled);
            encoder.encode(&rest[..count], &mut payload[filled..]);
            filled += count;
            self.sample += count;
            if count == rest.len() {
                self.advance();
            }
        }
        self.clip == self.clips.len() && self.repeat == Repeat::Once
    }

    fn advance(&mut self) {
        self.sample = 0;
        self.clip += 1;
        if self.clip == self.clips.len() && self.repeat == Repeat::Forever {
            self.clip = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(samples: std::ops::Range<i16>) -> Clip {
        Clip { samples: samples.map(|n| n * 64).collect() }
    }

    fn encoded(samples: impl IntoIterator<Item = i16>) -> Vec<u8> {
        let samples: Vec<i16> = samples.into_iter().map(|n| n * 64).collect();
        let mut octets = vec![0; samples.len()];
        g711::a_encode(&samples, &mut octets);
        octets
    }

    fn frames(play: &mut Play, most: usize) -> (Vec<u8>, bool) {
        let (mut octets, mut encoder) = (Vec::new(), Encoder::Pcma);
        for _ in 0..most {
            let mut payload = [0; FRAME];
            let ended = play.fill(&mut encoder, &mut payload);
            octets.extend(payload);
            if ended {
                return (octets, true);
            }
        }
        (octets, false)
    }

    #[test]
    fn clips_follow_back_to_back_and_the_last_frame_is_filled_up() {
        let clips = vec![clip(0..0), clip(0..100), clip(100..101), clip(101..250), clip(0..0)];
        let mut play = Play::new(PlayId(1), clips, Barge::Never, Repeat::Once);
        let (octets, ended) = frames(&mut play, 9);
        assert!(ended);
        assert_eq!(octets[..250], encoded(0..250));
        assert_eq!(octets[250..], [g711::A_SILENCE; 70]);
    }

    #[test]
    fn a_play_of_whole_frames_ends_with_the_last() {
        let mut play = Play::new(PlayId(1), vec![clip(0..320)], Barge::Never, Repeat::Once);
        assert_eq!(frames(&mut play, 9), (encoded(0..320), true));
    }

    #[test]
    fn a_play_of_nothing_ends_at_once() {
        let mut play = Play::new(PlayId(1), vec![clip(0..0)], Barge::Never, Repeat::Once);
        assert_eq!(frames(&mut play, 9), (vec![g711::A_SILENCE; 160], true));
        let mut play = Play::new(PlayId(1), vec![], Barge::Never, Repeat::Forever);
        assert_eq!(frames(&mut play, 2), (vec![g711::A_SILENCE; 320], false));
    }

    #[test]
    fn a_play_without_end_begins_again_without_a_gap() {
        let mut play = Play::new(PlayId(1), vec![clip(0..50), clip(50..70)], Barge::Never, Repeat::Forever);
        let expected = encoded((0..70).cycle().take(480));
        assert_eq!(frames(&mut play, 3), (expected, false));
    }
}
