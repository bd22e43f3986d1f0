//! The nearest refusal that each request's own RESPONSE provides (decision T05).

use protocol::{
    AppTrunkDisconnectResponse, AppTrunkDisconnectStatus, AppTrunkStatusResponse, AppTrunkStatusStatus,
    DialoutResponse, DialoutStatus, InitLinkResponse, InitLinkStatus, Message, PauseLinkResponse,
    PauseLinkStatus, PlayVoiceFileResponse, PlayVoiceFileStatus, Request, StopPlayVoiceFileResponse,
    StopPlayVoiceFileStatus, TerminateLinkResponse, TerminateLinkStatus,
};

/// Refuses a request that is not served now; an application's answer needs none.
pub(crate) fn refusal(request: Request) -> Option<Message> {
    let message = match request {
        Request::InitLink(r) => InitLinkResponse { msgid: r.msgid, status: InitLinkStatus::Failed }.into(),
        Request::TerminateLink(r) => {
            TerminateLinkResponse { msgid: r.msgid, status: TerminateLinkStatus::Failed }.into()
        }
        Request::PauseLink(r) => PauseLinkResponse { msgid: r.msgid, status: PauseLinkStatus::Failed }.into(),
        Request::Dial(r) => DialoutResponse { msgid: r.msgid, status: DialoutStatus::Failed }.into(),
        Request::AppTrunkStatus(r) => AppTrunkStatusResponse {
            msgid: r.msgid,
            trunk_port: r.trunk_port.unwrap_or_default(),
            status: AppTrunkStatusStatus::InvalidTrunkport,
        }
        .into(),
        Request::AppTrunkDisconnect(r) => AppTrunkDisconnectResponse {
            msgid: r.msgid,
            trunk_port: r.trunk_port.unwrap_or_default(),
            status: AppTrunkDisconnectStatus::InvalidTrunkport,
        }
        .into(),
        Request::PlayVoiceFile(r) => PlayVoiceFileResponse {
            msgid: r.msgid,
            trunk_port: r.trunk_port.unwrap_or_default(),
            status: PlayVoiceFileStatus::InvalidChannelState,
        }
        .into(),
        Request::StopPlayVoiceFile(r) => StopPlayVoiceFileResponse {
            msgid: r.msgid,
            trunk_port: r.trunk_port.unwrap_or_default(),
            status: StopPlayVoiceFileStatus::InvalidChannelState,
        }
        .into(),
        Request::ExitLinkResponse(_) | Request::NetworkTrunkDisconnectResponse(_) => return None,
    };
    Some(message)
}
