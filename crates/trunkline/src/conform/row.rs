//! A row of the kit: a behaviour, what it needs, and the script that shows it.

use super::Target;

/// Agents that the rows need at a time.
const AGENTS: usize = 3;

/// The behaviours of one part of the protocol.
#[derive(Debug)]
pub struct Family {
    /// What they are about.
    pub title: &'static str,
    /// The rows, in the order of their playing.
    pub rows: &'static [Row],
}

/// One behaviour, or one side of it.
#[derive(Debug)]
pub struct Row {
    /// The number of the behaviour: 45 is B45.
    pub behaviour: u16,
    /// What the server does, as a sentence without its full stop.
    pub title: &'static str,
    /// What the target must have for it.
    pub needs: &'static [Need],
    /// What is sent, what must come and what must be heard; the notation is in `script.rs`.
    pub script: &'static str,
}

/// What a row needs of its target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// A directory shared with the server, for voice files.
    Files,
    /// A mailbox to bind.
    Mailbox,
    /// A second one.
    SecondMailbox,
    /// Inbound calls switched on or off (xxx77).
    Inbound(bool),
    /// The link at port 700, or away from it (eee51).
    DefaultPort(bool),
    /// Port numbers shifted or not (eee81).
    Shift(bool),
    /// Agents heeded or ignored in dial-outs (eee30).
    Heeds(bool),
    /// Agents whose telephones the kit is: three that ring for each call.
    Agents,
    /// One whose telephone is kept connected.
    NailedUp,
    /// One of the kind that `NO_MSI_AGENT_FREE` speaks of.
    StationCard,
    /// A mailbox that announces `C:\CONFORM\TWO.WAV`.
    Announces,
    /// A mailbox that is switched off.
    Disabled,
    /// Its SIP address, to call it.
    Sip,
    /// The operator's exit command.
    Exit,
    /// A family of messages that has no rows yet.
    Later(&'static str),
}

impl Row {
    /// What of its needs this target does not have; none when the row can be played.
    #[must_use]
    pub fn lacks(&self, target: &Target) -> Option<String> {
        self.needs.iter().find_map(|need| need.lacked_by(target))
    }
}

impl Need {
    fn lacked_by(self, target: &Target) -> Option<String> {
        let inbound = target.xxx77 & 8 != 0;
        let at_default = target.to.ends_with(":700");
        let has = match self {
            Self::Files => target.files.is_some(),
            Self::Mailbox => !target.mailboxes.is_empty(),
            Self::SecondMailbox => target.mailboxes.len() > 1,
            Self::Inbound(on) => inbound == on,
            Self::DefaultPort(yes) => at_default == yes,
            Self::Shift(yes) => (target.eee81 != 0) == yes,
            Self::Heeds(agents) => target.eee30 == agents,
            Self::Agents => target.ringing.len() >= AGENTS,
            Self::NailedUp => target.nailed_up.is_some(),
            Self::StationCard => target.station_card.is_some(),
            Self::Announces => target.announces.is_some(),
            Self::Disabled => target.disabled.is_some(),
            Self::Sip => target.sip.is_some(),
            Self::Exit => target.exit.is_some(),
            Self::Later(_) => false,
        };
        if has { None } else { Some(self.sentence()) }
    }

    /// What is needed, in words.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Files => "needs --files, the directory of the server's drives".into(),
            Self::Mailbox => "needs --dnis and --pass-code, a mailbox of the server".into(),
            Self::SecondMailbox => "needs a second --dnis and --pass-code".into(),
            Self::Inbound(true) => "needs a server that reports inbound calls (--xxx77 9)".into(),
            Self::Inbound(false) => "needs a server without inbound calls (--xxx77 1)".into(),
            Self::DefaultPort(true) => "needs a server whose link is at port 700".into(),
            Self::DefaultPort(false) => "needs a server whose link was moved from port 700".into(),
            Self::Shift(true) => "needs a server whose port numbers are shifted (--eee81 256)".into(),
            Self::Shift(false) => "needs a server whose port numbers are not shifted (--eee81 0)".into(),
            Self::Heeds(true) => "needs a server that heeds agents (--eee30 1)".into(),
            Self::Heeds(false) => "needs a server that ignores agents (--eee30 0)".into(),
            Self::Agents => format!("needs --agents, {AGENTS} agents whose telephones the kit is"),
            Self::NailedUp => "needs --nailed-up, an agent whose telephone is kept connected".into(),
            Self::StationCard => "needs --station-card, an agent of that kind".into(),
            Self::Announces => "needs --announces, a mailbox that plays C:\\CONFORM\\TWO.WAV".into(),
            Self::Disabled => "needs --disabled, a mailbox that is switched off".into(),
            Self::Sip => "needs --sip, the server's SIP address, to call it".into(),
            Self::Exit => "needs --exit, the command of the operator's exit".into(),
            Self::Later(what) => format!("needs {what}"),
        }
    }
}
