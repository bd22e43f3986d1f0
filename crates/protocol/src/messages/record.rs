//! Recording one party, or both of two.

use crate::{Keyword, KeywordList, PortText, Text};

messages! { ($) record

/// Records the party on a port into a voice file.
RecordVoiceFile = RECORD_VOICE_FILE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port to record.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// The file to make; its ending says how it is recorded.
    required file_name: Option<Text> = FILE_NAME | FILE | FILENAME,
    /// What ends it: these words with commas between them, or the keys that do; everything when absent.
    optional term_code: Option<KeywordList<RecordVoiceFileTermCode>> = TERM_CODE words RecordVoiceFileTermCode {
        /// Any key.
        DtmfMask = "DTMF MASK" corrected "DTMF_MASK" accepts ["DTMF"],
        /// The party says nothing for some seconds.
        Silence = "SILENCE",
        /// The call ends.
        LoopDrop = "LOOP_DROP" accepts ["LOOPDROP"],
        /// The network's reorder tone.
        FastBusy = "FAST_BUSY" accepts ["FASTBUSY"],
    };
    example r##"MSGID="RV-4301" TRUNK_PORT="07" FILE_NAME="C:\MESSAGES\ORDER.VOX" TERM_CODE="#,SILENCE""##;
    decisions ["A15", "D15", "L12", "L17", "S14", "S22", "S25", "U72", "U75", "U102", "X20"];
}

/// Says at once whether it is being recorded.
RecordVoiceFileResponse = RECORD_VOICE_FILE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: RecordVoiceFileStatus = STATUS refused "INVALID_CHANNEL_STATE" words RecordVoiceFileStatus {
        /// It is; a TERMINATION follows.
        Success = "SUCCESS",
        /// The file cannot be made.
        FailedToCreateFile = "FAILED_TO_CREATE_FILE",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// TERM_CODE has a word that is none, and no keys.
        InvalidTermcode = "INVALID_TERMCODE",
        /// The port plays, records, collects or sends keys already, or is recorded with another.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY" deviation "U100",
        /// The port has no connected call, or is patched.
        InvalidChannelState = "INVALID_CHANNEL_STATE" deviation "U100",
    };
    example r#"MSGID="RV-4301" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["S16", "S25", "U75", "U100", "X22"];
}

/// The recording is over.
RecordVoiceFileTermination = RECORD_VOICE_FILE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// What ended it.
    required event: RecordVoiceFileEvent = EVENT words RecordVoiceFileEvent {
        /// A key, given in DTMF.
        Dtmf = "DTMF",
        /// The call.
        LoopDrop = "LOOP_DROP" accepts ["LOOPDROP"],
        /// Noise on the line.
        Noise = "NOISE",
        /// Silence, the longest time that may be recorded, or a request to stop.
        Eof = "EOF",
        /// The network's reorder tone.
        FastBusy = "FAST_BUSY" accepts ["FASTBUSY"],
    },
    /// The key that ended it.
    optional dtmf: Option<Text> = DTMF deviation "D19";
    example r##"MSGID="RV-4301" TRUNK_PORT="07" EVENT="DTMF" DTMF="#""##;
    decisions ["D19", "S14", "S26", "U21", "U23", "U64", "U65", "U73", "U74"];
}

/// Stops the recording on a port.
StopRecordVoiceFile = STOP_RECORD_VOICE_FILE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port that is recorded.
    required trunk_port: Option<PortText> = TRUNK_PORT,
    /// When the answer is wanted.
    optional option: Option<Keyword<StopRecordVoiceFileOption>> = OPTION words StopRecordVoiceFileOption {
        /// Only when the file is complete.
        Stas = "STAS",
    };
    example r#"MSGID="SR-4401" TRUNK_PORT="07" OPTION="STAS""#;
    decisions ["C28", "L12", "T12", "U76"];
}

/// Says whether there was a recording to stop.
StopRecordVoiceFileResponse = STOP_RECORD_VOICE_FILE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required status: StopRecordVoiceFileStatus = STATUS refused "INVALID_CHANNEL_STATE" words StopRecordVoiceFileStatus {
        /// It is being stopped, or has been; the TERMINATIONs follow, or went before.
        Success = "SUCCESS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// Nothing is being recorded.
        VoiceChannelNotRecording = "VOICE_CHANNEL_NOT_RECORDING",
        /// The port has no connected call.
        InvalidChannelState = "INVALID_CHANNEL_STATE",
    };
    example r#"MSGID="SR-4401" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["C28", "S34"];
}

/// The recording has been stopped.
StopRecordVoiceFileTermination = STOP_RECORD_VOICE_FILE / TERMINATION, Termination to Application {
    /// That of the request to stop.
    required msgid: Text = MSGID,
    /// The port, as that request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required event: StopRecordVoiceFileEvent = EVENT words StopRecordVoiceFileEvent {
        /// Stopped.
        Success = "SUCCESS",
    };
    example r#"MSGID="SR-4401" TRUNK_PORT="07" EVENT="SUCCESS""#;
    decisions ["C28"];
}

/// Records what the parties on two ports say, into one voice file.
RecordTwoWayVoice = RECORD_TWO_WAY_VOICE | RECORED_TWO_WAY_VOICE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=20],
    /// The one port.
    required trunk_port1: Option<PortText> = TRUNK_PORT1 [2..=4],
    /// The other port.
    required trunk_port2: Option<PortText> = TRUNK_PORT2 [2..=4],
    /// The file to make.
    required file_name: Option<Text> = FILE_NAME | FILE | FILENAME [3..=40];
    example r#"MSGID="RT-4501" TRUNK_PORT1="07" TRUNK_PORT2="12" FILE_NAME="C:\MESSAGES\TALK.VOX""#;
    decisions ["A15", "D15", "L12", "L17", "N07", "U81", "U82"];
}

/// Says at once whether they are being recorded.
RecordTwoWayVoiceResponse = RECORD_TWO_WAY_VOICE | RECORED_TWO_WAY_VOICE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// The outcome of the checks.
    required status: RecordTwoWayVoiceStatus = STATUS refused "INVALID_CHANNEL_STATE" words RecordTwoWayVoiceStatus {
        /// The first is no port.
        InvalidTrunkPort1 = "INVALID_TRUNK_PORT1",
        /// The second is no port.
        InvalidTrunkPort2 = "INVALID_TRUNK_PORT2",
        /// They are one port.
        TrunkPortsTheSame = "TRUNK_PORTS_THE_SAME",
        /// They are; a TERMINATION follows.
        Success = "SUCCESS",
        /// One of them is being recorded already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY" deviation "U100",
        /// One of them has no connected call.
        InvalidChannelState = "INVALID_CHANNEL_STATE" deviation "U100",
    };
    example r#"MSGID="RT-4501" TRUNK_PORT1="07" TRUNK_PORT2="12" STATUS="SUCCESS""#;
    decisions ["C30", "N07", "U82", "U100", "X22"];
}

/// The recording is over.
RecordTwoWayVoiceTermination = RECORD_TWO_WAY_VOICE | RECORED_TWO_WAY_VOICE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The one port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1,
    /// The other port, as the request wrote it.
    required trunk_port2: PortText = TRUNK_PORT2,
    /// What ended it.
    required event: RecordTwoWayVoiceEvent = EVENT words RecordTwoWayVoiceEvent {
        /// The file could not be made.
        FaildFileCreate = "FAILD_FILE_CREATE" corrected "FAILED_TO_CREATE_FILE",
        /// One of the calls, ten minutes of silence, or a request to stop.
        Eof = "EOF",
    };
    example r#"MSGID="RT-4501" TRUNK_PORT1="07" TRUNK_PORT2="12" EVENT="EOF""#;
    decisions ["C30", "N07", "S16", "U81", "U84"];
}

/// Stops the recording of two ports.
StopRecordTwoWayVoice = STOP_RECORD_TWO_WAY_VOICE | STOP_VOICE_TWO_WAY_RECORD / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=20],
    /// Either of the two ports.
    required trunk_port: Option<PortText> = TRUNK_PORT | TRUNK_PORT1 | TRUNK_PORT2 [2..=4];
    example r#"MSGID="ST-4601" TRUNK_PORT="12""#;
    decisions ["A14", "A31", "L12", "N08", "T12"];
}

/// There is no such recording. Sent in that case only.
StopRecordTwoWayVoiceResponse = STOP_RECORD_TWO_WAY_VOICE | STOP_VOICE_TWO_WAY_RECORD / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port1: PortText = TRUNK_PORT1 | TRUNK_PORT | TRUNK_PORT2,
    /// Why not.
    required status: StopRecordTwoWayVoiceStatus = STATUS refused "INVALID_TRUNK_PORT" words StopRecordTwoWayVoiceStatus {
        /// There is no such port, or it is not being recorded with another.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
    };
    example r#"MSGID="ST-4601" TRUNK_PORT1="12" STATUS="INVALID_TRUNK_PORT""#;
    decisions ["A14", "N08", "U83"];
}

/// The recording has been stopped.
StopRecordTwoWayVoiceTermination = STOP_RECORD_TWO_WAY_VOICE | STOP_VOICE_TWO_WAY_RECORD / TERMINATION, Termination to Application {
    /// That of the request to stop.
    required msgid: Text = MSGID,
    /// The port, as that request wrote it.
    required trunk_port: PortText = TRUNK_PORT | TRUNK_PORT1 | TRUNK_PORT2,
    /// The outcome.
    required event: StopRecordTwoWayVoiceEvent = EVENT words StopRecordTwoWayVoiceEvent {
        /// Stopped.
        Success = "SUCCESS",
    };
    example r#"MSGID="ST-4601" TRUNK_PORT="12" EVENT="SUCCESS""#;
    decisions ["A14", "N08", "U84"];
}

}
