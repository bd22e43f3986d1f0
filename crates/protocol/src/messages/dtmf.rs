//! Keys: taking them from a party, and sending them to one.

use crate::{PortText, Text};

messages! { ($) dtmf

/// Collects keys that the party on a port presses.
DtmfReceive = DTMF_RECEIVE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// How many keys.
    required number_of_digits: Option<Text> = NUMBER_OF_DIGITS;
    example r#"MSGID="DR-4701" TRUNK_PORT="07" NUMBER_OF_DIGITS="4""#;
    decisions ["L12", "U77"];
}

/// Says at once whether keys are being collected.
DtmfReceiveResponse = DTMF_RECEIVE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: DtmfReceiveStatus = STATUS refused "INVALID_CHANNEL_STATE" words DtmfReceiveStatus {
        /// They are; a TERMINATION follows.
        Success = "SUCCESS",
        /// More than may be collected, or no number.
        TooManyDigits = "TOO_MANY_DIGITS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT" deviation "U79",
        /// The port plays, records, collects or sends keys already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY" deviation "U100",
        /// The port has no connected call.
        InvalidChannelState = "INVALID_CHANNEL_STATE" deviation "U100",
    };
    example r#"MSGID="DR-4701" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["U77", "U79", "U100"];
}

/// The collecting is over.
DtmfReceiveTermination = DTMF_RECEIVE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The keys, as far as they came.
    required digits: Text = DATA,
    /// What ended it.
    required event: DtmfReceiveEvent = EVENT words DtmfReceiveEvent {
        /// All keys came.
        Dtmf = "DTMF",
        /// The call.
        LoopDrop = "LOOP_DROP" accepts ["LOOPDROP"],
        /// Noise on the line.
        Noise = "NOISE",
        /// The time to wait for a key, or a disconnect.
        Eof = "EOF",
        /// The network's reorder tone.
        FastBusy = "FAST_BUSY" accepts ["FASTBUSY"],
    };
    example r#"MSGID="DR-4701" TRUNK_PORT="07" DATA="4711" EVENT="DTMF""#;
    decisions ["S14", "U21", "U23", "U64", "U65", "U77", "U78"];
}

/// Sends keys to the party on a port.
DtmfGenerate = DTMF_GENERATE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// The keys: 0 to 9, *, #, A to D, and a comma for a second of silence.
    required dtmf_string: Option<Text> = DTMF_STRING;
    example r##"MSGID="DG-4801" TRUNK_PORT="07" DTMF_STRING="12,34#""##;
    decisions ["L12", "U80"];
}

/// Says at once whether they are being sent.
DtmfGenerateResponse = DTMF_GENERATE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: DtmfGenerateStatus = STATUS refused "INVALID_CHANNEL_STATE" words DtmfGenerateStatus {
        /// They are; a TERMINATION follows.
        Success = "SUCCESS",
        /// More than may be sent.
        TooManyDigits = "TOO_MANY_DIGITS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT" deviation "U79",
        /// The port plays, records, collects or sends keys already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY" deviation "U100",
        /// The port has no connected call.
        InvalidChannelState = "INVALID_CHANNEL_STATE" deviation "U100",
    };
    example r#"MSGID="DG-4801" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["U79", "U80", "U100"];
}

/// The sending is over.
DtmfGenerateTermination = DTMF_GENERATE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required event: DtmfGenerateEvent = EVENT words DtmfGenerateEvent {
        /// All are sent.
        Normal = "NORMAL",
        /// Not all: one of them is no key, or the call ended.
        Failed = "FAILED",
    };
    example r#"MSGID="DG-4801" TRUNK_PORT="07" EVENT="NORMAL""#;
    decisions ["S29", "U80", "X25"];
}

}
