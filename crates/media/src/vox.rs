//! Raw voice files (.VOX).
