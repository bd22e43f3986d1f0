//! How much reading costs: the tests hold it against the length of the input, instead of a clock.

/// Counts bytes that were looked at, moved, decoded or read; empty outside the tests.
#[derive(Debug, Default)]
pub(crate) struct Work {
    #[cfg(test)]
    bytes: usize,
}

impl Work {
    /// So many bytes more.
    #[inline]
    pub(crate) fn add(&mut self, bytes: usize) {
        #[cfg(test)]
        {
            self.bytes += bytes;
        }
        #[cfg(not(test))]
        let _ = bytes;
    }

    /// The count.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}
