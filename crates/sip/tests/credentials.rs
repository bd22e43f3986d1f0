//! Challenges of a trunk (RFC 7616, RFC 8760, and RFC 2617 before them), and what answers them.

#![allow(clippy::unwrap_used, reason = "a test fails where it must")]

mod common;

use common::call::with_settings;
use common::peer::{ANSWER, Heard, Peer};
use common::{Side, trunk};
use edge::signal::{Callee, Command, Dial};
use edge::{LegId, TrunkId};
use md5::Md5;
use sha2::{Digest, Sha256};

async fn with_peer() -> (Side, Peer) {
    with_settings(|ours| {
        ours.trunks[0].username = Some("us".into());
        ours.trunks[0].password = Some("secret".into());
    })
    .await
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The INVITE that answers these challenges; none where the call ends for them.
async fn answered(ours: &mut Side, peer: &Peer, challenges: &str) -> Option<Heard> {
    ours.dial(1, "1");
    let invite = peer.expect("INVITE").await;
    peer.reply(&invite, "401 Unauthorized", challenges, "").await;
    peer.expect("ACK").await;
    let again = tokio::select! {
        again = peer.expect("INVITE") => Some(again),
        end = ours.next() => {
            assert_eq!(end, "out-1 ended by Network: Unauthorized 401");
            None
        }
    };
    again
}

fn value<'a>(request: &'a Heard, name: &str) -> Option<&'a str> {
    let value = request.header("Authorization")?.strip_prefix("Digest ")?;
    value.split(", ").find_map(|p| Some(p.strip_prefix(name)?.strip_prefix('=')?.trim_matches('"')))
}

/// RFC 2617 §3.2.2.1, as old carriers have it.
#[tokio::test]
async fn a_challenge_without_qop_is_answered_without() {
    let (mut ours, peer) = with_peer().await;
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\"\r\n";
    let again = answered(&mut ours, &peer, challenge).await.unwrap();
    for name in ["qop", "nc", "cnonce", "algorithm"] {
        assert_eq!(value(&again, name), None, "{name}");
    }
    assert_eq!((value(&again, "opaque"), value(&again, "nonce")), (Some("o"), Some("n")));
    let md5 = |text: String| hex(&Md5::digest(text));
    let what = md5(format!("INVITE:{}", value(&again, "uri").unwrap()));
    assert_eq!(value(&again, "response"), Some(&*md5(format!("{}:n:{what}", md5("us:r:secret".into())))));
}

#[tokio::test]
async fn a_challenge_for_sha_256_is_answered_with_it() {
    let (mut ours, peer) = with_peer().await;
    let challenge =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-int, auth\", algorithm=SHA-256\r\n";
    let again = answered(&mut ours, &peer, challenge).await.unwrap();
    let sha = |text: String| hex(&Sha256::digest(text));
    let what = sha(format!("INVITE:{}", value(&again, "uri").unwrap()));
    let (who, cnonce) = (sha("us:r:secret".into()), value(&again, "cnonce").unwrap());
    assert_eq!(value(&again, "response"), Some(&*sha(format!("{who}:n:00000001:{cnonce}:auth:{what}"))));
    assert_eq!((value(&again, "algorithm"), value(&again, "qop")), (Some("SHA-256"), Some("auth")));
}

/// RFC 8760 §2.4: of several, the first that we know.
#[tokio::test]
async fn of_several_challenges_the_first_that_we_know_is_answered() {
    let (mut ours, peer) = with_peer().await;
    let challenges = "WWW-Authenticate: Basic realm=\"r\"\r\n\
                      WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", qop=\"auth\", algorithm=SHA-512-256\r\n\
                      WWW-Authenticate: Digest realm=\"r\", nonce=\"b\", qop=\"auth-int\", algorithm=SHA-256\r\n\
                      WWW-Authenticate: Digest realm=\"r\", nonce=\"c\", qop=\"auth\", algorithm=SHA-256\r\n\
                      WWW-Authenticate: Digest realm=\"r\", nonce=\"d\", qop=\"auth\", algorithm=MD5\r\n";
    let again = answered(&mut ours, &peer, challenges).await.unwrap();
    assert_eq!((value(&again, "nonce"), value(&again, "algorithm")), (Some("c"), Some("SHA-256")));
}

#[tokio::test]
async fn a_challenge_that_we_cannot_answer_ends_the_call() {
    for challenge in [
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"\r\n",
        "WWW-Authenticate: Digest realm=\"r\"\r\n",
        "",
    ] {
        let (mut ours, peer) = with_peer().await;
        assert!(answered(&mut ours, &peer, challenge).await.is_none(), "{challenge}");
    }
}

/// A carrier does not get what proves us to another.
#[tokio::test]
async fn a_trunk_is_not_answered_in_the_realm_of_another() {
    let other = Peer::at("127.0.0.2:0").await;
    let place = other.address;
    let (mut ours, peer) = with_settings(|ours| {
        ours.trunks.push(trunk(&format!("sip:{place}")));
        for trunk in &mut ours.trunks {
            trunk.username = Some("us".into());
            trunk.password = Some("secret".into());
        }
    })
    .await;
    let challenge =
        |realm: &str| format!("WWW-Authenticate: Digest realm=\"{realm}\", nonce=\"n\", algorithm=MD5\r\n");
    // The first shows its realm, and is answered.
    let again = answered(&mut ours, &peer, &challenge("first")).await.unwrap();
    peer.answer(&again, ANSWER).await;
    ours.told(&["out-1 answered Pcma 8"]).await;
    // By the realm that the first has shown, and by the first one's address.
    for (n, realm) in [(2, "first".to_owned()), (3, peer.address.ip().to_string())] {
        let leg = LegId::placed(n);
        let to = Callee::Number { trunk: TrunkId(1), number: "1".into() };
        ours.endpoint.send(Command::Dial(Dial { leg, to, caller: None, redirecting: None }));
        let invite = other.expect("INVITE").await;
        other.reply(&invite, "401 Unauthorized", &challenge(&realm), "").await;
        ours.told(&[&format!("out-{n} ended by Network: Unauthorized 401")]).await;
    }
}
