//! The interpreter of the grammars: takes a whole number apart and collects the prompts that say it.

use crate::catalogue::{Catalogue, catalogue};
use crate::grammar::{Agreement, Count, Dual, Form, Grammar, Joint, Multiplier, Order, Scale, grammar};
use crate::{Key, Language, Prompt};

/// Something that is being said.
pub(crate) struct Spoken {
    pub(crate) language: Language,
    pub(crate) grammar: &'static Grammar,
    catalogue: &'static Catalogue,
    prompts: Vec<Prompt>,
    /// How many prompts there were when the number began that is being said.
    begin: usize,
}

impl Spoken {
    pub(crate) fn new(language: Language) -> Self {
        let (grammar, catalogue) = (grammar(language), catalogue(language));
        Self { language, grammar, catalogue, prompts: Vec::new(), begin: 0 }
    }

    pub(crate) fn prompts(self) -> Vec<Prompt> {
        self.prompts
    }

    /// Says the prompt of that name, which the catalogue has: a test walks every grammar.
    pub(crate) fn word(&mut self, name: &str) {
        let found = self.word_if_any(name);
        debug_assert!(found, "{} has no {name}", self.language);
    }

    /// Says the prompt of that name if this language has one, and whether it has.
    pub(crate) fn word_if_any(&mut self, name: &str) -> bool {
        let found = self.catalogue.key(name);
        self.prompts.extend(found.map(|key| self.prompt(key)));
        found.is_some()
    }

    pub(crate) fn say(&mut self, prompts: impl IntoIterator<Item = Prompt>) {
        self.prompts.extend(prompts);
    }

    fn prompt(&self, key: Key) -> Prompt {
        Prompt { language: self.language, key }
    }

    /// Says a whole number as it is before such a noun.
    pub(crate) fn whole(&mut self, n: u64, form: Form) {
        self.begin = self.prompts.len();
        self.number(n, form);
    }

    /// Says a noun as it is after that number.
    pub(crate) fn noun(&mut self, noun: &str, n: u64) {
        let counted = self.count(n).and_then(|form| self.catalogue.key(&format!("{noun}.{form}")));
        match counted {
            Some(key) => self.prompts.push(self.prompt(key)),
            None => self.word(noun),
        }
    }

    /// The ending of a noun after that number.
    fn count(&self, n: u64) -> Option<&'static str> {
        let fits = |count: &&Count| match count.modulus {
            // Only what there is some of has figures to agree with.
            Some(modulus) => n > 0 && (count.from..=count.to).contains(&(n % modulus)),
            None => (count.from..=count.to).contains(&n),
        };
        self.grammar.counts.iter().find(fits).map(|count| count.form)
    }

    /// Says the number, or its rest behind what has been said of it. Each step takes at least one figure
    /// off, so the depth is that of the figures.
    fn number(&mut self, n: u64, form: Form) {
        if let Some(key) = self.recorded(n, form) {
            return self.prompts.push(self.prompt(key));
        }
        let Some(scale) = self.grammar.scales.iter().find(|scale| scale.value <= n) else {
            debug_assert!(false, "{} has no prompt for {n}", self.language);
            return;
        };
        let (times, rest) = (n / scale.value, n % scale.value);
        if self.grammar.dual == Dual::OneAndTwo && times > 2 && (1..=2).contains(&(times % 100)) {
            // A hundred thousand and a thousand: the scale's word is a noun like any other.
            let behind = times % 100 * scale.value;
            self.number((times - times % 100) * scale.value, Form::Plain);
            self.word("and");
            return self.number(behind + rest, form);
        }
        match scale.order {
            Order::HeadFirst => {
                self.head(scale, times, rest, form);
                if rest > 0 {
                    self.join(scale, rest);
                    let agrees = self.grammar.agreement == Agreement::Last;
                    self.number(rest, if agrees { form } else { Form::Plain });
                }
            }
            Order::RestFirst => {
                self.number(rest, form);
                self.word("and");
                self.number(n - rest, Form::Plain);
            }
        }
    }

    /// Says so many of a scale.
    fn head(&mut self, scale: &Scale, times: u64, rest: u64, form: Form) {
        if rest > 0
            && let Some(key) = self.recorded_head(times * scale.value, form)
        {
            return self.prompts.push(self.prompt(key));
        }
        let multiplier = match scale.form {
            Multiplier::Agrees(with) => with,
            Multiplier::FollowsNoun if form == Form::Plain => Form::Masculine,
            Multiplier::FollowsNoun => form,
        };
        self.number(times, multiplier);
        let count = self.count(times).unwrap_or_default();
        let before_noun = rest == 0 && form != Form::Plain;
        let names = [
            before_noun.then(|| format!("{}.{count}.m", scale.word)),
            (rest > 0).then(|| format!("{}.rest", scale.word)),
            Some(format!("{}.{count}", scale.word)),
        ];
        match names.into_iter().flatten().find_map(|name| self.catalogue.key(&name)) {
            Some(key) => self.prompts.push(self.prompt(key)),
            None => self.word(scale.word),
        }
    }

    /// Says what stands between a head and its rest.
    fn join(&mut self, scale: &Scale, rest: u64) {
        match self.grammar.joint {
            Joint::None => (),
            Joint::BelowHundred if rest >= 100 => (),
            Joint::Always | Joint::BelowHundred => self.word("and"),
            Joint::Gap if rest >= scale.value / 10 => (),
            Joint::Gap => self.word("0"),
        }
    }

    /// The prompt for a number with nothing behind it, in the best form there is.
    fn recorded(&self, n: u64, form: Form) -> Option<Key> {
        let endings: &[&str] = match form {
            Form::Plain => &[""],
            Form::Masculine => &[".m", ""],
            Form::Feminine => &[".f", ".m", ""],
        };
        self.first(n, endings)
    }

    /// The prompt for a number with a rest behind it.
    fn recorded_head(&self, n: u64, form: Form) -> Option<Key> {
        let endings: &[&str] = match form {
            Form::Plain | Form::Masculine => &[".rest", ""],
            Form::Feminine => &[".rest", ".f", ""],
        };
        self.first(n, endings)
    }

    fn first(&self, n: u64, endings: &[&str]) -> Option<Key> {
        // 二千 and 一十 behind something else, 两千 and 十 at the beginning.
        let behind = if self.prompts.len() > self.begin { Some(".behind") } else { None };
        let endings = behind.iter().chain(endings);
        endings.into_iter().find_map(|ending| self.catalogue.key(&format!("{n}{ending}")))
    }
}
