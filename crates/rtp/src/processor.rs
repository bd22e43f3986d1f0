//! What a worker asks of the machine: a core of its own, and to be woken in time.

use std::io;
use std::mem::size_of;

/// The real-time priority of a worker, the lowest there is: before every ordinary program, and the
/// kernel still keeps a part of the core for those.
const REALTIME: libc::c_int = 1;
/// The nice value of a worker where the system allows no real-time priority.
const NICE: libc::c_int = -11;

/// The processors that this process may use.
#[must_use]
pub fn allowed() -> Vec<usize> {
    // SAFETY: all zeros is a valid, empty cpu_set_t: an array of integers.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is valid for writes of the size given with it.
    let result = unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut set) };
    if result != 0 {
        return Vec::new();
    }
    let most = 8 * size_of::<libc::cpu_set_t>();
    // SAFETY: CPU_ISSET reads one bit of the set, and `processor` is below the number of its bits.
    (0..most).filter(|&processor| unsafe { libc::CPU_ISSET(processor, &set) }).collect()
}

/// Pins the calling thread to a processor and raises its priority. Both are wishes: where the system
/// refuses, the thread works on, less punctually.
pub fn settle(processor: Option<usize>) {
    if let Some(processor) = processor {
        // SAFETY: all zeros is a valid, empty cpu_set_t: an array of integers.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: CPU_SET writes one bit of the set, and `processor` came from a set of the same size.
        unsafe { libc::CPU_SET(processor, &mut set) };
        // SAFETY: `set` is valid for reads of the size given with it; 0 is the calling thread.
        let result = unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) };
        if result != 0 {
            tracing::debug!(processor, error = %io::Error::last_os_error(), "a media worker is not pinned");
        }
    }
    let realtime = libc::sched_param { sched_priority: REALTIME };
    let policy = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
    // SAFETY: `realtime` is valid for the read; 0 is the calling thread.
    if unsafe { libc::sched_setscheduler(0, policy, &raw const realtime) } == 0 {
        return;
    }
    // SAFETY: takes and gives integers only; on Linux, 0 is the calling thread.
    if unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, NICE) } != 0 {
        tracing::debug!(error = %io::Error::last_os_error(), "a media worker keeps its ordinary priority");
    }
}

/// Raises the limit of open files to what the system allows: a leg needs two.
pub fn allow_many_files() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid for the write.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return;
    }
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is valid for the read.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } != 0 {
        tracing::debug!(error = %io::Error::last_os_error(), "the limit of open files stays as it is");
    }
}

/// Has the processor fetch a value into its caches while something else is done.
pub fn fetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..size_of::<T>()).step_by(64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let start: *const i8 = std::ptr::from_ref(value).cast();
        // SAFETY: a prefetch reads nothing that the program sees, and faults at no address; this one lies
        // within the value.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.add(line)) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
