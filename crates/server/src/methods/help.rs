//! `core.telegram.org/api/config`: what a client asks before it asks anything else.

use heliogram_tl::api::{self, help};

use crate::clock::{HOUR, wire_date};
use crate::cx::{Cx, Raise};

/// What the reserved links begin with; also in [`crate::notices`].
const ME_URL: &str = "https://t.me/";
/// Changes when [`app_config`]'s values do.
const APP_CONFIG_HASH: i32 = 1;

/// `help.getConfig = Config`
pub(super) fn config(
    cx: &mut Cx<'_>,
    _: help::GetConfig,
) -> Result<api::Config, Raise<help::GetConfigError>> {
    let addresses = cx.settings.addresses();
    // A server with one DC is every DC: clients shall not look elsewhere. They skip options that are for media
    // or obfuscated TCP only.
    let own = addresses
        .values()
        .next()
        .filter(|_| addresses.len() == 1)
        .copied();
    let reached = (1..=5).filter_map(|id| Some((id, addresses.get(&id).copied().or(own)?)));
    let dc_options = reached.map(|(id, address)| api::DcOption {
        ipv6: address.is_ipv6(),
        static_: true,
        this_port_only: true,
        id,
        ip_address: address.ip().to_string(),
        port: i32::from(address.port()),
        ..api::DcOption::default()
    });
    Ok(api::Config {
        date: wire_date(cx.wire_now),
        expires: wire_date(cx.wire_now + HOUR),
        test_mode: cx.settings.test_mode,
        this_dc: cx.caller.dc_id,
        dc_options: dc_options.collect(),
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        online_update_period_ms: 210_000,
        offline_blur_timeout_ms: 5_000,
        offline_idle_timeout_ms: 30_000,
        online_cloud_timeout_ms: 300_000,
        notify_cloud_delay_ms: 30_000,
        notify_default_delay_ms: 1_500,
        push_chat_period_ms: 60_000,
        push_chat_limit: 2,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        rating_e_decay: 2_419_200,
        stickers_recent_limit: 200,
        channels_read_media_period: 604_800,
        call_receive_timeout_ms: 20_000,
        call_ring_timeout_ms: 90_000,
        call_connect_timeout_ms: 30_000,
        call_packet_timeout_ms: 10_000,
        me_url_prefix: ME_URL.to_owned(),
        caption_length_max: 1_024,
        message_length_max: 4_096,
        webfile_dc_id: cx.settings.dc_id,
        ..api::Config::default()
    })
}

/// `help.getNearestDc = NearestDc`
pub(super) fn nearest_dc(
    cx: &mut Cx<'_>,
    _: help::GetNearestDc,
) -> Result<api::NearestDc, Raise<help::GetNearestDcError>> {
    Ok(api::NearestDc {
        country: "ZZ".to_owned(),
        this_dc: cx.caller.dc_id,
        nearest_dc: cx.settings.dc_id,
    })
}

/// `help.getAppConfig hash:int = help.AppConfig`
pub(super) fn app_config(
    _: &mut Cx<'_>,
    call: help::GetAppConfig,
) -> Result<help::TypeAppConfig, Raise<help::GetAppConfigError>> {
    if call.hash == APP_CONFIG_HASH {
        return Ok(help::TypeAppConfig::AppConfigNotModified);
    }
    let premium = api::JsonObjectValue {
        key: "premium_purchase_blocked".to_owned(),
        value: api::TypeJSONValue::JsonBool(api::JsonBool { value: true }),
    };
    Ok(help::TypeAppConfig::AppConfig(Box::new(help::AppConfig {
        hash: APP_CONFIG_HASH,
        config: api::TypeJSONValue::JsonObject(api::JsonObject {
            value: vec![premium],
        }),
    })))
}

/// `help.getTermsOfServiceUpdate = help.TermsOfServiceUpdate`
pub(super) fn terms_of_service_update(
    cx: &mut Cx<'_>,
    _: help::GetTermsOfServiceUpdate,
) -> Result<help::TypeTermsOfServiceUpdate, Raise<help::GetTermsOfServiceUpdateError>> {
    let unchanged = help::TermsOfServiceUpdateEmpty {
        expires: wire_date(cx.wire_now + HOUR),
    };
    Ok(help::TypeTermsOfServiceUpdate::TermsOfServiceUpdateEmpty(
        unchanged,
    ))
}

/// `help.acceptTermsOfService id:DataJSON = Bool`. There is one version of the terms, which signing
/// up accepts already: nothing has to be remembered.
pub(super) fn accept_terms_of_service(
    _: &mut Cx<'_>,
    call: help::AcceptTermsOfService,
) -> Result<bool, Raise<help::AcceptTermsOfServiceError>> {
    if call.id.data == TERMS_ID {
        Ok(true)
    } else {
        Err(Raise::Method(
            help::AcceptTermsOfServiceError::DataJsonInvalid,
        ))
    }
}

/// Names the version of the terms.
const TERMS_ID: &str = r#"{"version":1}"#;

/// What a new user agrees to at sign-up.
pub(super) fn terms_of_service() -> help::TermsOfService {
    help::TermsOfService {
        popup: false,
        id: api::DataJSON {
            data: TERMS_ID.to_owned(),
        },
        text: "This is a test server. What you send to it may be read and deleted at any time."
            .to_owned(),
        entities: Vec::new(),
        min_age_confirm: None,
    }
}
