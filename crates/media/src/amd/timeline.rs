//! What was heard and when.

use serde::{Deserialize, Serialize};

/// What a stretch of sound was.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Sound {
    /// Nothing, or the noise of the line.
    Silence,
    /// Steady noise that was taken for more until it showed, a click, a breath.
    Noise,
    /// Somebody speaks, or a recording of somebody.
    Voice,
    /// One tone.
    Tone {
        /// Its frequency.
        hz: u16,
    },
    /// Two or more tones together, as the network has them.
    Tones {
        /// The middle of their frequencies.
        hz: u16,
    },
}

/// A stretch of sound, in milliseconds from the first frame.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Span {
    /// Where it begins.
    #[serde(rename = "from_ms")]
    pub from: u32,
    /// Where it ends.
    #[serde(rename = "to_ms")]
    pub to: u32,
    /// What it was.
    pub sound: Sound,
}

impl Span {
    /// How long it is, in milliseconds.
    #[must_use]
    pub const fn length(&self) -> u32 {
        self.to.saturating_sub(self.from)
    }

    /// Whether it is one tone, or several together.
    pub(super) const fn is_tone(&self) -> bool {
        matches!(self.sound, Sound::Tone { .. } | Sound::Tones { .. })
    }
}

/// The spans of a call in order, without a gap between them: at most [`Timeline::MOST`].
#[derive(Clone, Debug)]
pub struct Timeline {
    spans: Vec<Span>,
}

impl Timeline {
    /// Spans that are kept; what comes later is not.
    pub const MOST: usize = 128;

    pub(super) fn new() -> Self {
        Self { spans: Vec::with_capacity(Self::MOST) }
    }

    /// The spans so far. The one under way is not among them.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Puts a span behind the others; what lies between was silence.
    pub(super) fn push(&mut self, span: Span) {
        let end = self.spans.last().map_or(0, |last| last.to);
        if span.from > end {
            self.keep(Span { sound: Sound::Silence, from: end, to: span.from });
        }
        self.keep(Span { from: span.from.max(end), ..span });
    }

    fn keep(&mut self, span: Span) {
        if span.length() == 0 || self.spans.len() == Self::MOST {
            return;
        }
        // Two in a row of one kind are one, so that noise does not fill the list.
        match self.spans.last_mut() {
            Some(last) if last.sound == span.sound && matches!(span.sound, Sound::Silence | Sound::Noise) => {
                last.to = span.to;
            }
            _ => self.spans.push(span),
        }
    }
}
