//! Mixing: the sum of what several say, and the same without one of them.
//!
//! A sum is exact, and only what leaves it is limited to what a sample holds. Nothing is made quieter when
//! many speak: a level that pumps is worse to hear than the rare peak that is cut.

use crate::jitter::FRAME;

/// The sum of frames of 20 ms at 8 kHz, of at most [`MOST`] voices.
///
/// ```
/// use media::mix::Sum;
///
/// let (ann, bob, cat) = ([1_000; 160], [30_000; 160], [-500; 160]);
/// let sum: Sum = [&ann, &bob, &cat].into_iter().collect();
/// let mut heard = [0; 160];
/// sum.without(&bob, &mut heard);
/// assert_eq!(heard, [500; 160]);
/// sum.without(&cat, &mut heard);
/// assert_eq!(heard, [31_000; 160]);
/// ```
#[derive(Clone, Debug)]
pub struct Sum([i32; FRAME]);

/// Voices that a sum has room for: so many of the loudest fit into its 32 bits.
pub const MOST: usize = 1 << 16;

impl Default for Sum {
    fn default() -> Self {
        Self([0; FRAME])
    }
}

impl Sum {
    /// Adds a voice.
    pub fn add(&mut self, frame: &[i16; FRAME]) {
        for (sum, &sample) in self.0.iter_mut().zip(frame) {
            // Wrapping only past MOST voices, and free of a check that would keep it from being one
            // instruction for eight samples.
            *sum = sum.wrapping_add(sample.into());
        }
    }

    /// What all of them say, as samples.
    pub fn all(&self, heard: &mut [i16; FRAME]) {
        for (heard, &sum) in heard.iter_mut().zip(&self.0) {
            *heard = limited(sum);
        }
    }

    /// What the others say than the one who said this, which is in the sum.
    pub fn without(&self, own: &[i16; FRAME], heard: &mut [i16; FRAME]) {
        for ((heard, &sum), &own) in heard.iter_mut().zip(&self.0).zip(own) {
            *heard = limited(sum.wrapping_sub(own.into()));
        }
    }
}

impl<'a> FromIterator<&'a [i16; FRAME]> for Sum {
    fn from_iter<I: IntoIterator<Item = &'a [i16; FRAME]>>(frames: I) -> Self {
        let mut sum = Self::default();
        frames.into_iter().for_each(|frame| sum.add(frame));
        sum
    }
}

/// The nearest sample.
fn limited(sum: i32) -> i16 {
    sum.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hears_the_sum_of_the_others() {
        let voices: Vec<[i16; FRAME]> =
            (1..=5_i16).map(|voice| std::array::from_fn(|n| voice * 100 * (n as i16 % 7 - 3))).collect();
        let sum: Sum = voices.iter().collect();
        for (listener, own) in voices.iter().enumerate() {
            let mut heard = [0; FRAME];
            sum.without(own, &mut heard);
            for (n, &sample) in heard.iter().enumerate() {
                let others = voices.iter().enumerate().filter(|&(voice, _)| voice != listener);
                assert_eq!(sample, others.map(|(_, frame)| frame[n]).sum::<i16>());
            }
        }
    }

    #[test]
    fn what_is_too_loud_is_limited_where_it_leaves_and_not_before() {
        let loud = [i16::MAX; FRAME];
        let low = [i16::MIN; FRAME];
        let mut heard = [0; FRAME];
        let mut sum: Sum = [&loud, &loud, &loud].into_iter().collect();
        sum.all(&mut heard);
        assert_eq!(heard, loud);
        sum.add(&low);
        sum.add(&low);
        sum.without(&loud, &mut heard);
        assert_eq!(heard, [-2; FRAME], "two and two cancel, though three were too many");
        let sum: Sum = [&low, &low].into_iter().collect();
        sum.all(&mut heard);
        assert_eq!(heard, low);
    }

    #[test]
    fn as_many_as_there_is_room_for_do_not_wrap() {
        let low = [i16::MIN; FRAME];
        let sum: Sum = std::iter::repeat_n(&low, MOST).collect();
        let mut heard = [0; FRAME];
        sum.all(&mut heard);
        assert_eq!(heard, low);
    }
}
