//! Making an authorization key: the only messages that travel in the clear.
//!
//! ```text
//! client                                                                       server
//!   req_pq_multi nonce                                                            ->
//!   <-                                     resPQ nonce server_nonce pq fingerprints
//!   req_DH_params .. p q, RSA(p_q_inner_data new_nonce)                           ->
//!   <-                     server_DH_params_ok .. AES(server_DH_inner_data g p g_a)
//!   set_client_DH_params .. AES(client_DH_inner_data retry_id g_b)                ->
//!   <-                                dh_gen_ok / dh_gen_retry / dh_gen_fail .. hash
//! ```
//!
//! The client proves work by splitting `pq`, sends a secret `new_nonce` under the server's RSA key,
//! and both do a Diffie-Hellman exchange under AES keys that follow from the nonces. The key is
//! `g_ab`; the hash in the last answer proves that both sides have the same.
//!
//! A key is permanent, or temporary when the inner data says how long it lasts; a temporary one is
//! bound to a permanent one afterwards ([`bind`]).
//!
//! * [`client`] and [`server`] have one type per step, each consuming the last.
//! * [`plain`] is the frame of the messages in the clear.
//!
//! `core.telegram.org/mtproto/auth_key`; `core.telegram.org/mtproto/samples-auth_key`;
//! `core.telegram.org/mtproto/security_guidelines`.

pub mod bind;
pub mod client;
pub mod plain;
pub mod server;

/// How often a key may be made anew after `dh_gen_retry` before an exchange is given up. A retry
/// means that two keys have the same 64-bit id: even one is not to be expected.
const MAX_RETRIES: u8 = 5;
