//! Playing voice files.

use crate::{Keyword, PortText, Text};

messages! { ($) play

/// Plays up to four voice files, one after the other, to the party on a port.
PlayVoiceFile = PLAY_VOICE_FILE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID [4..=20],
    /// The port to play to.
    required trunk_port: Option<PortText> = TRUNK_PORT [2..=4],
    /// The first file.
    required file1: Option<Text> = FILE1 | FILE | FILE_NAME | FILENAME [3..=40],
    /// The second file.
    optional file2: Option<Text> = FILE2 [3..=40],
    /// The third file.
    optional file3: Option<Text> = FILE3 [3..=40],
    /// The fourth file.
    optional file4: Option<Text> = FILE4 [3..=40],
    /// The A party's number, noted beside the digits that UNINTCOLLECTDIG collects.
    optional anumber: Option<Text> = ANUMBER [3..=15],
    /// The B party's number, noted beside them too.
    optional bnumber: Option<Text> = BNUMBER [3..=15],
    /// What a key does during the play.
    required mode: Option<Keyword<PlayVoiceFileMode>> = MODE [13..=15] words PlayVoiceFileMode {
        /// Any key ends the play.
        Interruptable = "INTERRUPTABLE",
        /// Keys change nothing.
        Uninterruptable = "UNINTERRUPTABLE",
        /// Keys change nothing, but are written to a file.
        UnintCollectDig = "UNINTCOLLECTDIG" accepts ["UNITCOLLECTDIG"],
    };
    example r#"MSGID="PL-4001" TRUNK_PORT="07" FILE1="C:\PROMPTS\MENU.VOX" MODE="INTERRUPTABLE""#;
    decisions ["A11", "A12", "A15", "C45", "L12", "L17", "L23", "P06", "P10", "P11", "S15", "U62", "U68"];
}

/// Says at once whether the play begins.
PlayVoiceFileResponse = PLAY_VOICE_FILE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome of the checks.
    required status: PlayVoiceFileStatus = STATUS refused "INVALID_CHANNEL_STATE" words PlayVoiceFileStatus {
        /// It plays; a TERMINATION follows.
        Success = "SUCCESS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// The first file is not there, or cannot be played.
        File1Missing = "FILE1_MISSING",
        /// The second file is not there, or cannot be played.
        File2Missing = "FILE2_MISSING",
        /// The third file is not there, or cannot be played.
        File3Missing = "FILE3_MISSING",
        /// The fourth file is not there, or cannot be played.
        File4Missing = "FILE4_MISSING",
        /// The port plays, records, collects or sends keys already.
        VoiceChannelBusy = "VOICE_CHANNEL_BUSY",
        /// The port has no connected call, or is patched.
        InvalidChannelState = "INVALID_CHANNEL_STATE",
        /// MODE is none of the three.
        InvalidMode = "INVALID_MODE" deviation "X01",
    };
    example r#"MSGID="PL-4001" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["A12", "M38", "S34", "U63", "X01"];
}

/// The play is over.
PlayVoiceFileTermination = PLAY_VOICE_FILE / TERMINATION, Termination to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// What ended it.
    required event: PlayVoiceFileEvent = EVENT words PlayVoiceFileEvent {
        /// A key, given in DTMF.
        Dtmf = "DTMF",
        /// The call.
        Loopdrop = "LOOPDROP" corrected "LOOP_DROP",
        /// Noise on the line.
        Noise = "NOISE",
        /// The end of the last file.
        Eof = "EOF",
        /// The network's reorder tone.
        Fastbusy = "FASTBUSY" corrected "FAST_BUSY",
        /// A request to stop.
        Stopped = "STOPPED",
    },
    /// The key that ended it, or the digits that UNINTCOLLECTDIG collected: our addition to the printed Format.
    optional dtmf: Option<Text> = DTMF;
    example r#"MSGID="PL-4001" TRUNK_PORT="07" EVENT="DTMF" DTMF="5""#;
    decisions ["C20", "D19", "M05", "S14", "U21", "U23", "U64", "U65", "U66", "X23"];
}

/// Stops the play on a port.
StopPlayVoiceFile = STOP_PLAY_VOICE_FILE / INFO, Request to Server {
    /// Transaction id, repeated in every answer.
    required msgid: Text = MSGID,
    /// The port that plays.
    required trunk_port: Option<PortText> = TRUNK_PORT;
    example r#"MSGID="SP-4101" TRUNK_PORT="07""#;
    decisions ["L12", "T12", "U67", "U101"];
}

/// Says whether there was a play to stop.
StopPlayVoiceFileResponse = STOP_PLAY_VOICE_FILE / RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The port, as the request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required status: StopPlayVoiceFileStatus = STATUS refused "INVALID_CHANNEL_STATE" words StopPlayVoiceFileStatus {
        /// It is being stopped; the TERMINATIONs follow.
        Success = "SUCCESS",
        /// There is no such port.
        InvalidTrunkPort = "INVALID_TRUNK_PORT",
        /// Nothing is being played.
        VoiceChannelNotPlaying = "VOICE_CHANNEL_NOT_PLAYING",
        /// The port has no connected call.
        InvalidChannelState = "INVALID_CHANNEL_STATE",
    };
    example r#"MSGID="SP-4101" TRUNK_PORT="07" STATUS="SUCCESS""#;
    decisions ["C19", "S34", "U67"];
}

/// The play has been stopped.
StopPlayVoiceFileTermination = STOP_PLAY_VOICE_FILE / TERMINATION, Termination to Application {
    /// That of the request to stop.
    required msgid: Text = MSGID,
    /// The port, as that request wrote it.
    required trunk_port: PortText = TRUNK_PORT,
    /// The outcome.
    required event: StopPlayVoiceFileEvent = EVENT words StopPlayVoiceFileEvent {
        /// Stopped.
        Success = "SUCCESS",
    };
    example r#"MSGID="SP-4101" TRUNK_PORT="07" EVENT="SUCCESS""#;
    decisions ["U67", "U111"];
}

}
