//! The clocks of the kernel, and sleeping until a moment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds from 1900, where NTP begins, to 1970.
const NTP_TO_UNIX: u64 = 2_208_988_800;

/// Time on the monotonic clock.
#[must_use]
pub fn now() -> Duration {
    read(libc::CLOCK_MONOTONIC)
}

/// CPU time that the calling thread has used.
#[must_use]
pub fn thread_cpu() -> Duration {
    read(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn read(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec for the length of the call, which only writes to it. Both
    // clocks exist on every Linux, so the call does not fail; if it did, `time` would stay zero.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Sleeps until the monotonic clock shows `due`; returns early when a signal comes.
pub fn sleep_until(due: Duration) {
    let time = libc::timespec {
        tv_sec: libc::time_t::try_from(due.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: due.subsec_nanos().into(),
    };
    // SAFETY: `time` is a valid timespec with nanoseconds below 10^9, and the remainder, which an
    // absolute sleep does not write, may be null.
    unsafe {
        libc::clock_nanosleep(
            libc::CLOCK_MONOTONIC,
            libc::TIMER_ABSTIME,
            &raw const time,
            std::ptr::null_mut(),
        )
    };
}

/// The wall clock, since 1970. A clock before 1970 reads as 1970.
#[must_use]
pub fn wall() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A wall-clock time as NTP has it: seconds since 1900 modulo 2^32 in the upper half, the fraction in
/// the lower (RFC 3550 §4).
#[must_use]
pub fn ntp(wall: Duration) -> u64 {
    let seconds = (wall.as_secs() + NTP_TO_UNIX) & 0xFFFF_FFFF;
    let fraction = (u64::from(wall.subsec_nanos()) << 32) / 1_000_000_000;
    seconds << 32 | fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_counts_from_1900() {
        assert_eq!(ntp(Duration::ZERO), NTP_TO_UNIX << 32);
        assert_eq!(ntp(Duration::from_millis(500)), NTP_TO_UNIX << 32 | 1 << 31);
    }

    #[test]
    fn a_sleep_lasts_until_its_moment() {
        let due = now() + Duration::from_millis(3);
        while now() < due {
            sleep_until(due);
        }
        let past = now();
        sleep_until(Duration::ZERO);
        assert!(past >= due);
        assert!(thread_cpu() > Duration::ZERO);
    }
}
