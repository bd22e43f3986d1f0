//! Two endpoints, or an endpoint and a scripted far side, over 127.0.0.x; what is told is compared
//! line by line.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

pub mod call;
pub mod dns;
pub mod line;
pub mod peer;
pub mod phone;

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge::signal::{Arrived, Callee, Cause, Command, Dial, End, Event};
use edge::sound::{Codec, Direction, Media};
use edge::{LegId, TrunkId};
use sip::{Admit, Endpoint, Limits, Settings, Sockets, Trunk};
use tokio::sync::mpsc;

/// How long anything may take. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An endpoint and what it tells.
pub struct Side {
    pub endpoint: Endpoint,
    pub events: mpsc::UnboundedReceiver<Event>,
    pub address: SocketAddr,
}

/// Limits with an impatient T1, so that what takes half a minute takes three seconds.
pub fn limits() -> Limits {
    Limits {
        t1: Duration::from_millis(50),
        health_interval: Duration::ZERO,
        drain: Duration::from_secs(2),
        ..Limits::default()
    }
}

pub fn settings(listen: &[&str]) -> Settings {
    Settings {
        listen: listen.iter().map(|l| l.parse().unwrap()).collect(),
        advertise: None,
        media_advertise: None,
        trunks: Vec::new(),
        stations: Vec::new(),
        codecs: vec![Codec::Pcmu, Codec::Pcma],
        srtp: sip::Srtp::Off,
        user_agent: "test".into(),
        admit: Admit::Anyone,
        session: sip::Session::default(),
        tls: None,
        name_servers: Vec::new(),
        limits: limits(),
    }
}

pub fn trunk(address: &str) -> Trunk {
    Trunk {
        name: "t".into(),
        address: address.parse().unwrap(),
        username: None,
        password: None,
        register: false,
        allow: Vec::new(),
        codecs: None,
        srtp: None,
    }
}

/// Media sockets that are bound, so that their ports are real.
pub fn sockets() -> Sockets {
    let held = Arc::new(Mutex::new(Vec::new()));
    Arc::new(move |_, facing| {
        let socket = UdpSocket::bind((facing, 0)).map_err(|e| e.to_string())?;
        let address = socket.local_addr().map_err(|e| e.to_string())?;
        let mut held = held.lock().unwrap();
        if held.len() > 64 {
            held.clear();
        }
        held.push(socket);
        Ok(address)
    })
}

pub async fn start(settings: Settings) -> Side {
    let (told, events) = mpsc::unbounded_channel();
    let sink: sip::Sink = Arc::new(move |event| told.send(event).map_err(|refused| refused.0));
    let endpoint = Endpoint::start(settings, sockets(), sink).await.unwrap();
    let address = endpoint.listening()[0].address;
    Side { endpoint, events, address }
}

impl Side {
    /// The next thing told, in one line.
    pub async fn next(&mut self) -> String {
        show(&self.event().await)
    }

    pub async fn event(&mut self) -> Event {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event in time").expect("a sink")
    }

    /// Expects these lines, in this order.
    pub async fn told(&mut self, lines: &[&str]) {
        for line in lines {
            assert_eq!(self.next().await, *line);
        }
    }

    /// Nothing more was told, and nothing is held.
    pub fn quiet(&mut self) {
        assert!(self.events.try_recv().is_err());
        assert_eq!(self.endpoint.counters().dialogs, 0);
    }

    pub fn dial(&self, n: u64, number: &str) {
        self.endpoint.send(Command::Dial(Dial {
            leg: LegId::placed(n),
            to: Callee::Number { trunk: TrunkId(0), number: number.into() },
            caller: Some("5550001".into()),
            redirecting: None,
        }));
    }

    pub fn hang_up(&self, leg: LegId, cause: Cause) {
        self.endpoint.send(Command::HangUp { leg, cause });
    }
}

/// A caller with one trunk that leads to the other endpoint.
pub async fn pair() -> (Side, Side) {
    let network = start(settings(&["udp://127.0.0.1:0"])).await;
    let mut ours = settings(&["udp://127.0.0.1:0"]);
    ours.trunks = vec![trunk(&format!("sip:{}", network.address))];
    ours.admit = Admit::Trunks;
    (start(ours).await, network)
}

fn media(m: &Media) -> String {
    let direction = match m.direction {
        Direction::Both => "",
        Direction::SendOnly => " sendonly",
        Direction::ReceiveOnly => " recvonly",
        Direction::Inactive => " inactive",
    };
    let keys = m.keys.map(|k| format!(" keys {k}")).unwrap_or_default();
    format!("{:?} {}{keys}{direction}", m.codec, m.payload_type)
}

fn end(e: &End) -> String {
    let status = e.status.map(|s| format!(" {s}")).unwrap_or_default();
    let q850 = e.q850.map(|cause| format!(" Q.850 {cause}")).unwrap_or_default();
    format!("by {:?}: {:?}{status}{q850}", e.by, e.cause)
}

pub fn show(event: &Event) -> String {
    match event {
        Event::Arrived(Arrived { leg, line, dnis, ani, redirecting, replaces: _ }) => {
            let line = line.map(|l| format!(" on {l}")).unwrap_or_default();
            let redirecting =
                if redirecting.is_empty() { String::new() } else { format!(" redirected by {redirecting}") };
            format!("{leg} arrived{line} for {dnis} from {ani}{redirecting}")
        }
        Event::Ringing { leg } => format!("{leg} ringing"),
        Event::EarlyMedia { leg, media: m } => format!("{leg} early media {}", media(m)),
        Event::Answered { leg, media: m } => format!("{leg} answered {}", media(m)),
        Event::Renegotiated { leg, media: m } => format!("{leg} renegotiated {}", media(m)),
        Event::Key { leg, key } => format!("{leg} key {key}"),
        Event::Faxing { leg } => format!("{leg} faxing"),
        Event::Referred { leg, to } => format!("{leg} referred to {to:?}"),
        Event::StationUp { station } => format!("{station} up"),
        Event::StationDown { station, why } => format!("{station} down: {why}"),
        Event::Ended { leg, end: e } => format!("{leg} ended {}", end(e)),
        Event::TrunkUp { trunk } => format!("{trunk} up"),
        Event::TrunkDown { trunk, why } => format!("{trunk} down: {why}"),
    }
}
