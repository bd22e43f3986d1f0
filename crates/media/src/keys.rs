//! Telephone-event payloads (RFC 4733): keys received once each, keys sent.
