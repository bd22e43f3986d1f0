//! Speaking numbers.

use crate::{Keyword, PortText, Text};

messages! { ($) speak

/// Speaks a number to the party on a port.
PlayNumber = PLAY_NUMBER / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The number: a sign perhaps, digits, and digits behind a point perhaps.
    required number: Option<Text> = NUMBER,
    /// The port to speak on.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// What a key does meanwhile.
    required mode: Option<Keyword<PlayNumberMode>> = MODE words PlayNumberMode {
        /// Any key ends it.
        Interruptable = "INTERRUPTABLE",
        /// Keys change nothing.
        Uninterruptable = "UNINTERRUPTABLE",
    },
    /// How the number is spoken.
    required format: Option<Keyword<PlayNumberFormat>> = FORMAT words PlayNumberFormat {
        /// As a whole number.
        Integers = "INTEGERS",
        /// The whole part as a number, the point, then digit by digit.
        Decimal = "DECIMAL",
    };
    example r#"MSGID="PN-4201" NUMBER="105" TRUNK_PORT="07" MODE="INTERRUPTABLE" FORMAT="INTEGERS""#;
    decisions ["D14", "L12", "U69", "U70", "U71"];
}

/// Says at once whether it is being spoken.
PlayNumberResponse = PLAY_NUMBER / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: PlayNumberStatus = STATUS refused "INVALID_CHANNEL_STATE" words PlayNumberStatus {
        /// It is; a TERMINATION follows.
        Success = "SUCCESS",
        /// NUMBER is none.
        NotNumber = "NOT_NUMBER",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT" deviation "U70",
        /// MODE or FORMAT is none of the two.
        InvalidMode = "INVALID_MODE" deviation "X01",
        /// The port plays, records, collects or sends keys already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY" deviation "U100",
        /// The port has no connected call, or is patched.
        InvalidChannelState = "INVALID_CHANNEL_STATE" deviation "U100",
    };
    example r#"MSGID="PN-4201" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["U70", "U100", "X01", "X24"];
}

/// It has been spoken, or was ended before.
PlayNumberTermination = PLAY_NUMBER / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// What ended it.
    required event: PlayNumberEvent = EVENT words PlayNumberEvent {
        /// A key, given in DTMF.
        Dtmf = "DTMF",
        /// The call.
        LoopDrop = "LOOP_DROP" accepts ["LOOPDROP"],
        /// Noise on the line.
        Noise = "NOISE",
        /// The end of the number, or a request to stop.
        Eof = "EOF",
        /// The network's reorder tone.
        FastBusy = "FAST_BUSY" accepts ["FASTBUSY"],
    },
    /// The key that ended it.
    optional dtmf: Option<Text> = DTMF deviation "D19";
    example r#"MSGID="PN-4201" TRUNK_PORT="07" EVENT="EOF""#;
    decisions ["D19", "S14", "U21", "U23", "U64", "U65", "U101"];
}

}
