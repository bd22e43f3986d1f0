//! Which numbers may be dialled: lists of prefixes, and the numbers of emergency services.

/// Numbers that reach emergency services somewhere in the world: ambulances, fire brigades, the police,
/// crisis lines. They are dialled only where [`crate::Dialling::emergency`] names them, since a machine that
/// dials one by mistake keeps somebody in need from getting through.
pub const EMERGENCY: [&str; 14] =
    ["000", "108", "110", "111", "112", "113", "115", "117", "118", "119", "122", "911", "988", "999"];

/// Prefixes of numbers that may and may not be dialled. The longest that a number begins with decides; with
/// any to allow, nothing else may be dialled.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Rules {
    /// Prefixes of numbers that may be dialled; empty: all that is not denied.
    pub allow: Vec<String>,
    /// Prefixes of numbers that may not.
    pub deny: Vec<String>,
}

impl Rules {
    /// Whether these lists let a number be dialled. What follows its service codes must not be denied either:
    /// `*67` before a number hides who calls, and not what is called.
    pub(crate) fn admit(&self, number: &str) -> bool {
        if self.allow.is_empty() && self.deny.is_empty() {
            return true;
        }
        forms(number).into_iter().zip(0..).all(|(form, codes)| {
            let longest = |prefixes: &[String]| {
                prefixes.iter().filter(|prefix| form.starts_with(prefix.as_str())).map(String::len).max()
            };
            match (longest(&self.allow), longest(&self.deny)) {
                (None, None) => codes > 0 || self.allow.is_empty(),
                (allowed, denied) => allowed > denied,
            }
        })
    }
}

/// The emergency number that a network would take a number for, if it would.
pub(crate) fn emergency(number: &str) -> Option<&'static str> {
    forms(number).into_iter().find_map(|form| EMERGENCY.into_iter().find(|&emergency| emergency == form))
}

/// What a network may take a number for: first itself, then what is left without service codes. A `+` before
/// it and a `#` or `*` behind it are no part of a number.
fn forms(number: &str) -> Vec<&str> {
    let mut forms = vec![number.trim_start_matches('+').trim_end_matches(['#', '*'])];
    let mut at = 0;
    // Each is shorter than the one it comes from, and none stands there twice: this ends.
    while let Some(form) = forms.get(at) {
        if let Some(rest) = after_service_code(form) {
            // `#31#` closes its code; in `*67*82` another one follows.
            let closed = rest.strip_prefix(['#', '*']).unwrap_or(rest);
            for next in [rest, closed] {
                if !next.is_empty() && !forms.contains(&next) {
                    forms.push(next);
                }
            }
        }
        at += 1;
    }
    forms
}

/// What follows a service code such as `*67` or `#31`.
fn after_service_code(number: &str) -> Option<&str> {
    let code = number.trim_start_matches(['*', '#']);
    let is_code = code.len() < number.len() && code.bytes().take(2).filter(u8::is_ascii_digit).count() == 2;
    if is_code { code.get(2..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(allow: &[&str], deny: &[&str]) -> Rules {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        Rules { allow: texts(allow), deny: texts(deny) }
    }

    #[test]
    fn the_longest_prefix_decides() {
        let lists = rules(&["1", "19005550"], &["1900"]);
        assert!(lists.admit("13015550100"));
        assert!(!lists.admit("19001234567"));
        assert!(lists.admit("19005550123"));
        assert!(!lists.admit("4420"), "with an allow-list, nothing else");
        assert!(rules(&[], &["1900"]).admit("4420"), "without one, everything else");
        assert!(!rules(&["1"], &["1"]).admit("1"), "on both lists: denied");
    }

    #[test]
    fn what_stands_before_and_behind_a_number_hides_nothing() {
        let lists = rules(&[], &["1900"]);
        for number in ["+19001234", "*6719001234", "#31#19001234", "*67*8219001234", "1900#"] {
            assert!(!lists.admit(number), "{number}");
        }
        assert!(!rules(&["1"], &[]).admit("*7213015550100"), "forwarding is no call to 1");
        assert!(rules(&["1", "*671"], &["67"]).admit("*6713015550100"));
        assert!(rules(&["*"], &[]).admit("*69"));
    }

    #[test]
    fn emergency_numbers_are_known_in_disguise_and_nothing_longer_is_one() {
        for number in ["911", "+911", "911#", "*67911", "#31#911", "**31#911", "*67*82911"] {
            assert_eq!(emergency(number), Some("911"), "{number}");
        }
        for number in ["9115", "1911", "3015550911", "91", "*911", ""] {
            assert_eq!(emergency(number), None, "{number}");
        }
    }
}
