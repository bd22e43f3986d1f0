//! A scripted telephone: it registers, answers challenges, and says what it is told to.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part, and fails where it must")]

use md5::Md5;
use sha2::{Digest, Sha256};

use super::Side;
use super::peer::{Heard, Peer};

pub struct Phone {
    pub peer: Peer,
    pub user: String,
    pub password: String,
    pub algorithm: &'static str,
    /// The challenge that it answers, and how often it has.
    pub nonce: String,
    pub count: u32,
    pub sequence: u32,
}

impl Phone {
    pub async fn new(user: &str) -> Self {
        Self {
            peer: Peer::new().await,
            user: user.into(),
            password: "secret".into(),
            algorithm: "MD5",
            nonce: String::new(),
            count: 0,
            sequence: 0,
        }
    }

    /// Where it says that it is.
    pub fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.user, self.peer.address)
    }

    /// Takes the challenge for its algorithm.
    pub fn take_challenge(&mut self, heard: &Heard) {
        assert_eq!(heard.status(), 401, "{}", heard.text);
        let wanted = format!("algorithm={},", self.algorithm);
        let line = heard.text.lines().find(|l| l.starts_with("WWW-Authenticate: ") && l.contains(&wanted));
        let line = line.expect("a challenge for the algorithm");
        self.nonce = line.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().into();
        self.count = 0;
    }

    /// An Authorization line for the next use of its nonce.
    pub fn authorization(&mut self, method: &str, uri: &str) -> String {
        self.count += 1;
        self.authorization_counted(method, uri, self.count)
    }

    pub fn authorization_counted(&self, method: &str, uri: &str, count: u32) -> String {
        let (user, nonce, algorithm) = (&self.user, &self.nonce, self.algorithm);
        let hash = |text: String| {
            let octets =
                if algorithm == "MD5" { Md5::digest(text).to_vec() } else { Sha256::digest(text).to_vec() };
            octets.iter().map(|o| format!("{o:02x}")).collect::<String>()
        };
        let who = hash(format!("{user}:trunkline:{}", self.password));
        let what = hash(format!("{method}:{uri}"));
        let response = hash(format!("{who}:{nonce}:{count:08x}:c:auth:{what}"));
        format!(
            "Authorization: Digest username=\"{user}\", realm=\"trunkline\", nonce=\"{nonce}\", uri=\"{uri}\", \
             response=\"{response}\", algorithm={algorithm}, cnonce=\"c\", qop=auth, nc={count:08x}\r\n"
        )
    }

    /// A request of this telephone outside of a dialog, with these header lines beside the usual.
    pub fn request(&mut self, side: &Side, method: &str, to: &str, more: &str, body: &str) -> String {
        self.sequence += 1;
        let (n, user) = (self.sequence, &self.user);
        let uri = target(side, method, to);
        let lines = format!(
            "From: <sip:{user}@h>;tag=phone{n}\r\nTo: <sip:{to}@h>\r\nCall-ID: {}\r\nCSeq: {n} {method}\r\n{more}",
            self.peer.address
        );
        let text = self.peer.request(method, &uri, &format!("phone{user}{n}"), &lines, body);
        // The scripted far side has a Contact of its own.
        let own = format!("Contact: <sip:peer@{}>\r\n", self.peer.address);
        let contact =
            if method == "REGISTER" { String::new() } else { format!("Contact: {}\r\n", self.contact()) };
        text.replacen(&own, &contact, 1)
    }

    /// Sends it, and what is answered.
    pub async fn ask(&mut self, side: &Side, method: &str, to: &str, more: &str, body: &str) -> Heard {
        let text = self.request(side, method, to, more, body);
        self.peer.say(&text, side.address).await;
        self.peer.expect("SIP/2.0").await
    }

    /// Sends it with credentials, asking for a challenge first where it has none.
    pub async fn ask_proven(&mut self, side: &Side, method: &str, to: &str, more: &str, body: &str) -> Heard {
        if self.nonce.is_empty() {
            let challenge = self.ask(side, method, to, more, body).await;
            self.take_challenge(&challenge);
        }
        let proof = self.authorization(method, &target(side, method, to));
        self.ask(side, method, to, &format!("{more}{proof}"), body).await
    }

    /// Registers with these header lines.
    pub async fn register_with(&mut self, side: &Side, more: &str) -> Heard {
        let user = self.user.clone();
        self.ask_proven(side, "REGISTER", &user, more, "").await
    }

    /// Registers where it is.
    pub async fn register(&mut self, side: &Side) {
        let more = format!("Contact: {}\r\nExpires: 120\r\n", self.contact());
        let ok = self.register_with(side, &more).await;
        assert_eq!(ok.status(), 200, "{}", ok.text);
    }
}

/// The Request-URI: a registrar has no user.
fn target(side: &Side, method: &str, to: &str) -> String {
    match method {
        "REGISTER" => format!("sip:{}", side.address),
        _ => format!("sip:{to}@{}", side.address),
    }
}
