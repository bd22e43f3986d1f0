//! Walks a configuration key by key, remembers every key that it was asked for, and collects every error.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Place, shown};
use super::kinds::Secret;

/// What the variables that override a key begin with.
const PREFIX: &str = "TRUNKLINE__";
/// How alike a misspelt name must be to a known one, 0 to 1, for the known one to be suggested.
const ALIKE: f64 = 0.6;

/// What a configuration takes from outside its own text.
pub struct Environment {
    /// The variables of the environment.
    pub variables: BTreeMap<String, String>,
    /// Reads a file that a secret lies in.
    pub secret_file: fn(&Path) -> io::Result<String>,
}

/// What is wrong with a value, before anyone knows where it stood.
pub(super) struct Wrong {
    pub problem: String,
    pub valid: String,
}

impl Wrong {
    pub(super) fn new(problem: impl Into<String>, valid: impl Into<String>) -> Self {
        Self { problem: problem.into(), valid: valid.into() }
    }
}

/// A value as written: TOML, and, where a variable gave it, its bare text.
#[derive(Clone, Copy)]
pub(super) struct Written<'v> {
    toml: &'v DeValue<'v>,
    bare: Option<&'v str>,
}

impl<'v> Written<'v> {
    /// The text of a string; a variable needs no quotes.
    pub(super) fn text(self) -> Option<&'v str> {
        self.toml.as_str().or(self.bare)
    }

    pub(super) fn integer(self) -> Option<i64> {
        let integer = self.toml.as_integer()?;
        i64::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    pub(super) fn boolean(self) -> Option<bool> {
        self.toml.as_bool()
    }
}

/// One pass over one configuration text.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    environment: &'a Environment,
    /// The errors so far.
    pub errors: Vec<ConfigError>,
    /// The variables that belong to a key that was asked for.
    variables: BTreeSet<String>,
    /// The keys that were asked for, as `section.key`.
    pub asked: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, text: &'a str, environment: &'a Environment) -> Self {
        Self {
            file,
            text,
            environment,
            errors: Vec::new(),
            variables: BTreeSet::new(),
            asked: BTreeSet::new(),
        }
    }

    /// Where an octet of the text stands.
    pub(super) fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        Place::Line { file: self.file.to_owned(), line, column }
    }

    pub(super) fn syntax(&mut self, error: &toml::de::Error) {
        let place = self.place(error.span().map_or(0, |span| span.start));
        let problem = format!("not TOML: {}", shown(error.message()));
        self.errors.push(ConfigError {
            place,
            key: String::new(),
            value: None,
            problem,
            valid: String::new(),
        });
    }

    /// Opens a section by its name, which may be `parent.name`; one that is not written has only defaults.
    pub(super) fn section<'r>(&'r mut self, root: &'a DeTable<'a>, name: &'static str) -> Section<'r, 'a> {
        let (parent, last) = match name.rsplit_once('.') {
            // A parent that is no section has its error already.
            Some((parent, last)) => (root.get(parent).and_then(|value| value.get_ref().as_table()), last),
            None => (Some(root), name),
        };
        let value = parent.and_then(|parent| parent.get(last));
        let table = value.and_then(|value| value.get_ref().as_table());
        if let (Some(value), None) = (value, table) {
            self.error_at(
                &value.span(),
                name,
                "not a section",
                format!("a header [{name}] with keys below it"),
            );
        }
        let start = value.filter(|_| name != last).map_or(0, |value| value.span().start);
        Section { name, index: None, inner: false, start, table, asked: Vec::new(), reader: self }
    }

    /// The tables of `[[name]]` with their places; empty where there is none.
    pub(super) fn tables(
        &mut self,
        root: &'a DeTable<'a>,
        name: &'static str,
    ) -> Vec<(Range<usize>, &'a DeTable<'a>)> {
        let Some(value) = root.get(name) else { return Vec::new() };
        let elements = value.get_ref().as_array();
        let tables: Option<Vec<_>> = elements.and_then(|elements| {
            elements.iter().map(|element| Some((element.span(), element.get_ref().as_table()?))).collect()
        });
        tables.unwrap_or_else(|| {
            self.error_at(
                &value.span(),
                name,
                "not a list of tables",
                format!("a header [[{name}]] for each"),
            );
            Vec::new()
        })
    }

    /// Opens the `index`-th (from 0) table of `[[name]]`.
    pub(super) fn element<'r>(
        &'r mut self,
        name: &'static str,
        index: usize,
        (span, table): (Range<usize>, &'a DeTable<'a>),
    ) -> Section<'r, 'a> {
        Section {
            name,
            index: Some(index),
            inner: false,
            start: span.start,
            table: Some(table),
            asked: Vec::new(),
            reader: self,
        }
    }

    /// Refuses sections that do not exist.
    pub(super) fn unknown_sections(&mut self, root: &DeTable<'_>, known: &[&str]) {
        for name in root.keys() {
            if !known.contains(&name.get_ref().as_ref()) {
                let name_text = shown(name.get_ref());
                self.error_at(&name.span(), &name_text, "no such section", suggestion(&name_text, known));
            }
        }
    }

    /// Refuses variables that override nothing.
    pub(super) fn unknown_variables(&mut self) {
        // What all of them have in common says nothing about which was meant.
        let bare = |name: &'_ str| name.strip_prefix(PREFIX).map(str::to_owned);
        let known: Vec<String> = self.variables.iter().filter_map(|name| bare(name)).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        for name in self.environment.variables.keys().filter(|name| !self.variables.contains(*name)) {
            let Some(tail) = bare(name) else { continue };
            let valid = match nearest(&tail, &known) {
                Some(nearest) => format!("did you mean {PREFIX}{nearest}?"),
                None => format!("{PREFIX}SECTION__KEY for a key of a [section]"),
            };
            let (place, problem) = (Place::Variable(shown(name)), "overrides no key".into());
            self.errors.push(ConfigError { place, key: String::new(), value: None, problem, valid });
        }
    }

    fn error_at(&mut self, span: &Range<usize>, key: &str, problem: &str, valid: String) {
        let place = self.place(span.start);
        self.errors.push(ConfigError { place, key: key.into(), value: None, problem: problem.into(), valid });
    }
}

/// The known name that was probably meant.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let alike = |candidate: &&str| {
        strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase())
    };
    let nearest = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(nearest) >= ALIKE).then_some(nearest)
}

/// The known name that was probably meant, or all of them.
fn suggestion(name: &str, known: &[&str]) -> String {
    nearest(name, known).map_or_else(|| known.join(", "), |nearest| format!("did you mean {nearest}?"))
}

/// A section under way. [`Section::finish`] refuses what nobody asked for.
pub(super) struct Section<'r, 'a> {
    name: &'static str,
    index: Option<usize>,
    /// Whether it is a table within a section: it is asked for as one key.
    inner: bool,
    start: usize,
    table: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
    pub reader: &'r mut Reader<'a>,
}

/// Where a value came from, for an error about it.
#[derive(Clone)]
enum Origin {
    Text(Range<usize>),
    Variable { name: String, text: String },
}

impl<'a> Section<'_, 'a> {
    /// A key with a default.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        default: T,
        kind: impl FnOnce(Written<'_>) -> Result<T, Wrong>,
    ) -> T {
        self.optional(key, kind).unwrap_or(default)
    }

    /// A key without a default; its absence is an error.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        valid: &str,
        kind: impl FnOnce(Written<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if self.table.is_some_and(|table| table.contains_key(key)) {
            return self.optional(key, kind);
        }
        self.ask(key);
        let place = self.reader.place(self.start);
        let error = ConfigError {
            place,
            key: self.path(key),
            value: None,
            problem: "must be written".into(),
            valid: valid.into(),
        };
        self.reader.errors.push(error);
        None
    }

    /// A key that may be absent. A wrong value is an error and counts as absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        kind: impl FnOnce(Written<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.ask(key);
        let (value, origin) = self.find(key)?;
        match kind(Written { toml: &value, bare: origin.bare() }) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong(key, &origin, wrong);
                None
            }
        }
    }

    /// A list of texts with a default; every wrong element is an error of its own.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        default: Vec<T>,
        valid: &str,
        kind: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Vec<T> {
        self.ask(key);
        let Some((value, origin)) = self.find(key) else { return default };
        let Some(elements) = value.as_array() else {
            let wrong = Wrong::new("not a list", format!("a list in brackets of {valid}"));
            self.wrong(key, &origin, wrong);
            return default;
        };
        let mut list = Vec::new();
        for element in elements.iter() {
            let read = element.get_ref().as_str().ok_or_else(|| Wrong::new("not a text in quotes", valid));
            match read.and_then(&kind) {
                Ok(value) => list.push(value),
                Err(wrong) => {
                    let origin = match &origin {
                        Origin::Text(_) => Origin::Text(element.span()),
                        Origin::Variable { .. } => origin.clone(),
                    };
                    self.wrong(key, &origin, wrong);
                }
            }
        }
        list
    }

    /// A text that is never shown, which may stand in `${NAME}` or `${file:PATH}`.
    pub(super) fn secret(
        &mut self,
        key: &'static str,
        kind: impl FnOnce(&str) -> Result<(), Wrong>,
    ) -> Option<Secret> {
        self.ask(key);
        let (value, origin) = self.find(key)?;
        let text = value.as_str().or(origin.bare()).ok_or_else(|| Wrong::new("not a text in quotes", ""));
        let secret = text.and_then(|text| resolve(text, self.reader.environment));
        match secret.and_then(|secret| kind(secret.reveal()).map(|()| secret)) {
            Ok(secret) => Some(secret),
            Err(wrong) => {
                let error = ConfigError {
                    place: origin.place(self.reader),
                    key: self.path(key),
                    value: None,
                    problem: wrong.problem,
                    valid: wrong.valid,
                };
                self.reader.errors.push(error);
                None
            }
        }
    }

    /// A key that a later version obeys. Only what the server does today is accepted.
    pub(super) fn later(&mut self, key: &'static str, today: &str, is_today: impl Fn(Written<'_>) -> bool) {
        self.ask(key);
        let Some((value, origin)) = self.find(key) else { return };
        if !is_today(Written { toml: &value, bare: origin.bare() }) {
            let valid =
                if today.is_empty() { "leave it out".into() } else { format!("{today}, or leave it out") };
            let error = ConfigError {
                place: origin.place(self.reader),
                key: self.path(key),
                // Its parts may be secret: what is not understood is not shown.
                value: None,
                problem: "not supported yet".into(),
                valid,
            };
            self.reader.errors.push(error);
        }
    }

    /// Opens a key that is a table, in braces or under a header of its own, called `name` in errors; one that is
    /// not written has only defaults.
    pub(super) fn table(&mut self, key: &'static str, name: &'static str) -> Section<'_, 'a> {
        self.ask(key);
        let value = self.table.and_then(|table| table.get(key));
        let table = value.and_then(|value| value.get_ref().as_table());
        if value.is_some() && table.is_none() {
            self.complain(
                key,
                "not a table",
                format!("keys in braces, or a header [{name}] with keys below it"),
            );
        }
        let start = value.map_or(self.start, |value| value.span().start);
        Section { name, index: self.index, inner: true, start, table, asked: Vec::new(), reader: self.reader }
    }

    /// A key that is a section of its own, opened for itself.
    pub(super) fn holds(&mut self, section: &'static str) {
        self.asked.push(section);
    }

    /// Whether anything of it stands in the text or the environment.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some() || self.asked.iter().any(|key| self.is_written(key))
    }

    /// Adds an error about a key that was read, found by looking at more than its value.
    pub(super) fn complain(
        &mut self,
        key: &'static str,
        problem: impl Into<String>,
        valid: impl Into<String>,
    ) {
        let wrong = Wrong::new(problem, valid);
        let origin = self.find(key).map_or(Origin::Text(self.start..self.start), |(_, origin)| origin);
        self.wrong(key, &origin, wrong);
    }

    /// Whether this key stands in the text or the environment.
    pub(super) fn is_written(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Whether an error about this key was found.
    pub(super) fn is_refused(&self, key: &str) -> bool {
        let path = self.path(key);
        self.reader.errors.iter().any(|error| error.key == path)
    }

    /// Refuses the keys that nobody asked for.
    pub(super) fn finish(self) {
        let Some(table) = self.table else { return };
        for key in table.keys() {
            if !self.asked.contains(&key.get_ref().as_ref()) {
                let name = shown(key.get_ref());
                let path = self.path(&name);
                let valid = suggestion(&name, &self.asked);
                self.reader.error_at(&key.span(), &path, "no such key", valid);
            }
        }
    }

    fn ask(&mut self, key: &'static str) {
        self.asked.push(key);
        if self.inner {
            return;
        }
        self.reader.asked.insert(format!("{}.{key}", self.name));
        if self.index.is_none() {
            self.reader.variables.insert(variable(self.name, key));
        }
    }

    fn path(&self, key: &str) -> String {
        match (self.index, self.name.split_once('.')) {
            (Some(index), Some((outer, inner))) => format!("{outer}[{}].{inner}.{key}", index + 1),
            (Some(index), None) => format!("{}[{}].{key}", self.name, index + 1),
            (None, _) => format!("{}.{key}", self.name),
        }
    }

    /// The value of a key: from the environment before the text.
    fn find(&self, key: &'static str) -> Option<(DeValue<'a>, Origin)> {
        let name = variable(self.name, key);
        if let (None, Some(text)) = (self.index, self.reader.environment.variables.get(&name)) {
            let value =
                DeValue::parse(text).map_or_else(|_| DeValue::String(text.into()), Spanned::into_inner);
            return Some((value, Origin::Variable { name, text: text.clone() }));
        }
        let value = self.table?.get(key)?;
        Some((value.get_ref().clone(), Origin::Text(value.span())))
    }

    fn wrong(&mut self, key: &str, origin: &Origin, wrong: Wrong) {
        let value = match origin {
            Origin::Text(span) => {
                self.reader.text.get(span.clone()).filter(|text| !text.is_empty()).map(shown)
            }
            Origin::Variable { text, .. } => Some(shown(text)),
        };
        let place = origin.place(self.reader);
        let Wrong { problem, valid } = wrong;
        self.reader.errors.push(ConfigError { place, key: self.path(key), value, problem, valid });
    }
}

impl Origin {
    fn bare(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Variable { text, .. } => Some(text),
        }
    }

    fn place(&self, reader: &Reader<'_>) -> Place {
        match self {
            Self::Text(span) => reader.place(span.start),
            Self::Variable { name, .. } => Place::Variable(name.clone()),
        }
    }
}

fn variable(section: &str, key: &str) -> String {
    format!("{PREFIX}{}__{}", section.replace('.', "__").to_ascii_uppercase(), key.to_ascii_uppercase())
}

/// A secret: as written, or from the variable or the file that it names.
fn resolve(text: &str, environment: &Environment) -> Result<Secret, Wrong> {
    let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return Ok(Secret::written(text));
    };
    let Some(path) = name.strip_prefix("file:") else {
        let value = environment.variables.get(name).map(Secret::new);
        return value.ok_or_else(|| {
            Wrong::new(format!("the environment has no variable {}", shown(name)), "set it before the start")
        });
    };
    match (environment.secret_file)(Path::new(path)) {
        // An editor or echo ends the file with a line end, which is no part of the secret.
        Ok(secret) => Ok(Secret::new(secret.trim_end_matches(['\r', '\n']))),
        Err(error) => {
            Err(Wrong::new(format!("cannot read {}: {error}", shown(path)), "a small readable file"))
        }
    }
}
