//! Numbers: as a number, with a decimal point, or figure by figure.

use crate::grammar::Form;
use crate::spoken::Spoken;
use crate::{Language, Prompt};

/// Characters of a number, sign and point included.
pub const MAX_NUMBER: usize = 32;

/// Figures that are said as one number, which is below a thousand times the largest scale of every
/// grammar. Longer ones are read figure by figure.
const MAX_FIGURES: usize = 15;

/// How a number is said (decision D14).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// As a whole number: one hundred and five. One with a fraction is said as a decimal, because nothing
    /// of it may be left out.
    Integers,
    /// The whole part as a number, "point", then figure by figure. Without a fraction, a whole number.
    Decimal,
    /// Figure by figure, point included.
    Digits,
}

/// The text is no number that can be said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotNumber;

impl std::fmt::Display for NotNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a number is [+-]digits[.digits] of at most {MAX_NUMBER} characters")
    }
}

impl std::error::Error for NotNumber {}

/// The prompts that say a number written as `[+-]digits[.digits]` (decision U70). A minus is said, a plus
/// is not; zeros in front are said only figure by figure.
///
/// # Errors
/// [`NotNumber`]: anything else, or more than [`MAX_NUMBER`] characters.
pub fn number(language: Language, text: &str, style: Style) -> Result<Vec<Prompt>, NotNumber> {
    if text.len() > MAX_NUMBER {
        return Err(NotNumber);
    }
    let (minus, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (figures(whole)?, Some(figures(fraction)?)),
        None => (figures(unsigned)?, None),
    };
    let mut spoken = Spoken::new(language);
    if minus {
        spoken.word("minus");
    }
    let significant = whole.trim_start_matches('0');
    if style == Style::Digits || significant.len() > MAX_FIGURES {
        spoken.digits(whole);
    } else {
        // No figure but zeros: the number zero.
        spoken.whole(significant.parse().unwrap_or(0), Form::Plain);
    }
    if let Some(fraction) = fraction {
        spoken.word("point");
        spoken.digits(fraction);
    }
    Ok(spoken.prompts())
}

/// The prompts that say the figures in a text one by one; other characters are passed over.
pub fn digits(language: Language, text: &str) -> Vec<Prompt> {
    let mut spoken = Spoken::new(language);
    spoken.digits(text);
    spoken.prompts()
}

/// The text, if it is one figure or more and nothing else.
fn figures(text: &str) -> Result<&str, NotNumber> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(text).ok_or(NotNumber)
}

impl Spoken {
    pub(crate) fn digits(&mut self, text: &str) {
        for figure in text.bytes().filter(u8::is_ascii_digit) {
            self.whole(u64::from(figure - b'0'), Form::Plain);
        }
    }
}
