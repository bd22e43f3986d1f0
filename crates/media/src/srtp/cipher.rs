//! Keys of packets, the key stream and the tag (RFC 3711 §4).

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::srtp::{KEY, LONG_TAG, Master, SALT};

/// Octets of a block.
const BLOCK: usize = 16;
/// Blocks of key stream made at a time: a frame of G.711 and no more is the usual.
const BLOCKS: usize = 10;
/// Octets of the key of tags.
const AUTHENTICATION: usize = 20;

/// What keys are derived for; the labels are those of RFC 3711 §4.3.2.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    Rtp,
    Rtcp,
}

/// The keys of packets of one way.
pub struct Session {
    cipher: Aes128,
    salt: [u8; SALT],
    /// Has taken in its key.
    mac: Hmac<Sha1>,
}

impl Session {
    /// Derives them, once for all packets (RFC 3711 §4.3.1: a key derivation rate of 0).
    pub fn derive(master: &Master, of: Use) -> Self {
        let first = match of {
            Use::Rtp => 0,
            Use::Rtcp => 3,
        };
        let from = Aes128::new(&Array(master.key));
        let derived = |label: u8, octets: &mut [u8]| {
            let mut start = block(&master.salt);
            start[7] ^= label;
            stream(&from, start, octets);
        };
        let (mut key, mut tag, mut salt) = ([0; KEY], [0; AUTHENTICATION], [0; SALT]);
        derived(first, &mut key);
        derived(first + 1, &mut tag);
        derived(first + 2, &mut salt);
        let mac = Hmac::new_from_slice(&tag).expect("HMAC takes a key of any length");
        Self { cipher: Aes128::new(&Array(key)), salt, mac }
    }

    /// Encrypts, or decrypts, in place.
    pub fn crypt(&self, ssrc: u32, index: u64, octets: &mut [u8]) {
        let mut start = block(&self.salt);
        // RFC 3711 §4.1.1: salt, SSRC and the 48 bits of the index, each in its place before the counter.
        let index = index.to_be_bytes();
        for (into, from) in start[4..14].iter_mut().zip(ssrc.to_be_bytes().iter().chain(&index[2..])) {
            *into ^= from;
        }
        stream(&self.cipher, start, octets);
    }

    /// The tag of a packet and what is covered without being sent.
    pub fn tag(&self, packet: &[u8], unsent: &[u8]) -> [u8; LONG_TAG] {
        let whole = self.mac.clone().chain_update(packet).chain_update(unsent).finalize().into_bytes();
        *whole.first_chunk().expect("SHA-1 gives 20 octets")
    }

    /// Whether this is the tag, or the beginning of it; takes the same time for every wrong one.
    pub fn is_tag(&self, packet: &[u8], unsent: &[u8], tag: &[u8]) -> bool {
        self.mac.clone().chain_update(packet).chain_update(unsent).verify_truncated_left(tag).is_ok()
    }
}

fn block(salt: &[u8; SALT]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..SALT].copy_from_slice(salt);
    block
}

/// Lays the key stream that begins with this block over the octets. The counter is in its last 16 bits, which
/// no packet runs over.
fn stream(cipher: &Aes128, start: [u8; BLOCK], octets: &mut [u8]) {
    for (chunk, turn) in octets.chunks_mut(BLOCK * BLOCKS).zip(0_u16..) {
        let mut blocks = [Array(start); BLOCKS];
        let used = chunk.len().div_ceil(BLOCK);
        for (block, number) in blocks[..used].iter_mut().zip(turn.wrapping_mul(BLOCKS as u16)..) {
            block[SALT..].copy_from_slice(&number.to_be_bytes());
        }
        cipher.encrypt_blocks(&mut blocks[..used]);
        for (octet, key) in chunk.iter_mut().zip(blocks.iter().flatten()) {
            *octet ^= key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::Suite;
    use crate::srtp::tests::octets;

    // RFC 3711 appendix B.2.
    #[test]
    fn the_key_stream_is_that_of_the_standard() {
        let cipher = Aes128::new(&Array(octets("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap()));
        let start = octets("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
        let mut told = vec![0; 0xFF02 * BLOCK];
        stream(&cipher, start, &mut told);
        let first = "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0";
        assert_eq!(told[..48], octets(first));
        let last = "EC8CDF7398607CB0F2D21675EA9EA1E4362B7C3C6773516318A077D7FC5073AE6A2CC3787889374FBEB4C81B17BA6C44";
        assert_eq!(told[0xFEFF * BLOCK..], octets(last));
    }

    // RFC 3711 appendix B.3.
    #[test]
    fn keys_are_derived_as_the_standard_shows() {
        let master = Master {
            suite: Suite::Sha1With80,
            key: octets("E1F97A0D3E018BE0D64FA32C06DE4139").try_into().unwrap(),
            salt: octets("0EC675AD498AFEEBB6960B3AABE6").try_into().unwrap(),
        };
        let session = Session::derive(&master, Use::Rtp);
        assert_eq!(session.salt.to_vec(), octets("30CBBC08863D8C85D49DB34A9AE1"));
        let mut zeros = Array([0; BLOCK]);
        session.cipher.encrypt_block(&mut zeros);
        let mut same = Array([0; BLOCK]);
        Aes128::new(&Array(octets("C61E7A93744F39EE10734AFE3FF7A087").try_into().unwrap()))
            .encrypt_block(&mut same);
        assert_eq!(zeros, same);
        let mac = Hmac::<Sha1>::new_from_slice(&octets("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")).unwrap();
        let tag = mac.chain_update("a packet").finalize().into_bytes();
        assert_eq!(session.tag(b"a pac", b"ket"), tag[..LONG_TAG]);
    }
}
