//! Call control: links, ports, calls, requests under way.
#![forbid(unsafe_code)]
