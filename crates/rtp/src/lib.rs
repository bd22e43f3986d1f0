//! The media engine: a thread per core, its sockets, its 20 ms clock.
