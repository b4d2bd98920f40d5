//! RSA as the key exchange uses it: 2048-bit server keys, and the two ways to pad what is encrypted.
//!
//! The client knows the server's public key beforehand and sends the inner data, with the secret
//! `new_nonce` in it, under that key. Nobody signs anything and PKCS#1 padding is not used. Instead:
//!
//! - **RSA_PAD**, since 2021: the data is filled up to 192 bytes, reversed, hashed together with a
//!   random AES key, enciphered under that key, and the key itself is masked with a hash of the
//!   result, which makes 256 bytes ([`RsaPublicKey::encrypt_pad`]);
//! - **the old padding**, still sent by clients in use: `SHA1(data) | data | random` in 255 bytes
//!   ([`RsaPublicKey::encrypt_old`]).
//!
//! A server accepts both ([`RsaPrivateKey::decrypt_any`]). Keys are told apart by a fingerprint, the
//! low 64 bits of the SHA-1 of the key's two numbers written as TL `bytes`.
//!
//! `core.telegram.org/mtproto/auth_key`, 4 and 4.1 "RSA_PAD(data, server_public_key) mentioned above
//! is implemented as follows"; `core.telegram.org/mtproto/samples-auth_key` for the old padding.

mod der;
mod padding;
mod private;
mod public;

pub use self::{
    der::KeyFormatError,
    padding::{DataTooLong, DecryptError, Opened, Padding},
    private::RsaPrivateKey,
    public::RsaPublicKey,
};

/// The length of the modulus, and so of everything encrypted under it, in bytes.
pub const RSA_LEN: usize = 256;
