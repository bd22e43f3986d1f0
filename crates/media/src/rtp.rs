//! RTP packets (RFC 3550 §5.1) and the statistics of a stream.
