//! ITU-T G.711.
