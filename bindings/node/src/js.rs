//! Node-API, as far as values are concerned: the calls that read and make them.
//!
//! napi's own types make a lookup and an allocation of each field; an answer has thousands. So the codec calls
//! Node-API itself, and all of its `unsafe` is here. A [`Value`] is only good in the call from JavaScript in which it was got,
//! which the lifetime of [`Env`] stands for: it is made at the beginning of such a call and never kept.

use std::{
    ffi::{CStr, CString},
    marker::PhantomData,
    ptr,
};

use napi::sys;

/// JavaScript, during one call from it.
#[derive(Clone, Copy)]
pub(crate) struct Env<'call> {
    raw: sys::napi_env,
    call: PhantomData<&'call ()>,
}

/// A value of JavaScript's, during one call from it.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(crate) struct Value<'call> {
    raw: sys::napi_value,
    call: PhantomData<&'call ()>,
}

/// What is kept of a function between calls.
pub(crate) struct Kept(sys::napi_ref);

/// JavaScript refused: an exception is pending, or a value is not of the kind that was asked for.
#[derive(Debug)]
pub(crate) struct Refused;

/// What kind of value it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nothing,
    Boolean,
    Number,
    BigInt,
    String,
    Object,
    Other,
}

type Result<T> = std::result::Result<T, Refused>;

/// Calls Node-API, and gives the value that it has put into `$out`.
macro_rules! get {
    ($start:expr, |$out:ident| $call:expr) => {{
        let mut $out = $start;
        // SAFETY: the environment and the values are those of the running call, and Node-API checks their kinds.
        let status = unsafe { $call };
        if status == sys::Status::napi_ok {
            Ok($out)
        } else {
            Err(Refused)
        }
    }};
}

impl<'call> Env<'call> {
    pub(crate) fn new(env: &'call napi::Env) -> Self {
        Self {
            raw: env.raw(),
            call: PhantomData,
        }
    }

    /// Throws a TypeError with this message.
    pub(crate) fn throw_type_error(self, message: &str) -> Refused {
        // A message with a NUL in it would end there.
        let message = CString::new(message.replace('\0', "\\0"));
        let message = message.expect("all NULs were replaced");
        let _ = get!((), |_out| sys::napi_throw_type_error(
            self.raw,
            ptr::null(),
            message.as_ptr()
        ));
        Refused
    }

    /// What tells it from the other environments of its thread.
    pub(crate) fn name(self) -> usize {
        self.raw.addr()
    }

    fn made(self, raw: Result<sys::napi_value>) -> Result<Value<'call>> {
        raw.map(Value::from_raw)
    }

    pub(crate) fn undefined(self) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_undefined(
            self.raw, &mut out
        )))
    }

    pub(crate) fn null(self) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_null(
            self.raw, &mut out
        )))
    }

    pub(crate) fn boolean(self, value: bool) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_boolean(
            self.raw, value, &mut out
        )))
    }

    pub(crate) fn int(self, value: i32) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_int32(
            self.raw, value, &mut out
        )))
    }

    pub(crate) fn uint(self, value: u32) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_uint32(
            self.raw, value, &mut out
        )))
    }

    pub(crate) fn double(self, value: f64) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_double(
            self.raw, value, &mut out
        )))
    }

    pub(crate) fn bigint(self, value: i64) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_bigint_int64(
            self.raw, value, &mut out
        )))
    }

    /// A large integer from its 64-bit words, the lowest first.
    pub(crate) fn bigint_of_words(self, negative: bool, words: &[u64]) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_bigint_words(
            self.raw,
            i32::from(negative),
            words.len(),
            words.as_ptr(),
            &mut out
        )))
    }

    /// A string; bytes that are not UTF-8 are replaced.
    pub(crate) fn string(self, utf8: &[u8]) -> Result<Value<'call>> {
        let length = isize::try_from(utf8.len()).map_err(|_| Refused)?;
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_string_utf8(
            self.raw,
            utf8.as_ptr().cast(),
            length,
            &mut out
        )))
    }

    /// A `Buffer` with a copy of these bytes.
    pub(crate) fn buffer(self, bytes: &[u8]) -> Result<Value<'call>> {
        let mut data = ptr::null_mut();
        self.made(get!(ptr::null_mut(), |out| sys::napi_create_buffer_copy(
            self.raw,
            bytes.len(),
            bytes.as_ptr().cast(),
            &mut data,
            &mut out
        )))
    }

    pub(crate) fn array(self, length: usize) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| {
            sys::napi_create_array_with_length(self.raw, length, &mut out)
        }))
    }

    pub(crate) fn set_element(
        self,
        array: Value<'call>,
        index: u32,
        element: Value<'call>,
    ) -> Result<()> {
        get!((), |_out| sys::napi_set_element(
            self.raw,
            array.raw,
            index,
            element.raw
        ))
    }

    pub(crate) fn keep(self, function: Value<'call>) -> Result<Kept> {
        get!(ptr::null_mut(), |out| sys::napi_create_reference(
            self.raw,
            function.raw,
            1,
            &mut out
        ))
        .map(Kept)
    }

    pub(crate) fn kept(self, kept: &Kept) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_reference_value(
            self.raw, kept.0, &mut out
        )))
    }

    pub(crate) fn call(
        self,
        function: Value<'call>,
        arguments: &[Value<'call>],
    ) -> Result<Value<'call>> {
        let this = self.undefined()?;
        self.made(get!(ptr::null_mut(), |out| sys::napi_call_function(
            self.raw,
            this.raw,
            function.raw,
            arguments.len(),
            arguments.as_ptr().cast(),
            &mut out
        )))
    }

    /// `new function(...arguments)`.
    pub(crate) fn construct(
        self,
        function: Value<'call>,
        arguments: &[Value<'call>],
    ) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_new_instance(
            self.raw,
            function.raw,
            arguments.len(),
            arguments.as_ptr().cast(),
            &mut out
        )))
    }

    /// What `read` makes in a scope of its own, so that a long list does not keep a handle for each value in it.
    pub(crate) fn scoped<E: From<Refused>>(
        self,
        read: impl FnOnce() -> std::result::Result<Value<'call>, E>,
    ) -> std::result::Result<Value<'call>, E> {
        let scope = get!(ptr::null_mut(), |out| {
            sys::napi_open_escapable_handle_scope(self.raw, &mut out)
        })?;
        let made = read();
        let escaped = match made {
            Ok(value) => self
                .made(get!(ptr::null_mut(), |out| sys::napi_escape_handle(
                    self.raw, scope, value.raw, &mut out
                )))
                .map_err(E::from),
            Err(error) => Err(error),
        };
        get!((), |_out| sys::napi_close_escapable_handle_scope(
            self.raw, scope
        ))?;
        escaped
    }

    pub(crate) fn kind(self, value: Value<'call>) -> Result<Kind> {
        let kind = get!(0, |out| sys::napi_typeof(self.raw, value.raw, &mut out))?;
        Ok(match kind {
            sys::ValueType::napi_undefined | sys::ValueType::napi_null => Kind::Nothing,
            sys::ValueType::napi_boolean => Kind::Boolean,
            sys::ValueType::napi_number => Kind::Number,
            sys::ValueType::napi_bigint => Kind::BigInt,
            sys::ValueType::napi_string => Kind::String,
            sys::ValueType::napi_object => Kind::Object,
            _ => Kind::Other,
        })
    }

    pub(crate) fn field(self, object: Value<'call>, name: &CStr) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_named_property(
            self.raw,
            object.raw,
            name.as_ptr(),
            &mut out
        )))
    }

    pub(crate) fn truthy(self, value: Value<'call>) -> Result<bool> {
        let boolean = get!(ptr::null_mut(), |out| sys::napi_coerce_to_bool(
            self.raw, value.raw, &mut out
        ))?;
        get!(false, |out| sys::napi_get_value_bool(
            self.raw, boolean, &mut out
        ))
    }

    pub(crate) fn number(self, value: Value<'call>) -> Result<f64> {
        get!(0.0, |out| sys::napi_get_value_double(
            self.raw, value.raw, &mut out
        ))
    }

    /// The value of a BigInt: whether it is negative, and its 64-bit words, the lowest first, at most four.
    pub(crate) fn words(self, value: Value<'call>) -> Result<(bool, [u64; 4])> {
        let mut negative = 0;
        let mut words = [0; 4];
        let count = get!(words.len(), |out| sys::napi_get_value_bigint_words(
            self.raw,
            value.raw,
            &mut negative,
            &mut out,
            words.as_mut_ptr()
        ))?;
        if count > words.len() {
            return Err(Refused);
        }
        Ok((negative != 0, words))
    }

    /// What `use_it` makes of a string's UTF-8.
    pub(crate) fn utf8<T>(self, value: Value<'call>, use_it: impl FnOnce(&[u8]) -> T) -> Result<T> {
        // Most strings are short. Node-API stops in front of a letter that does not fit, and writes a NUL at the end.
        let mut short = [0_u8; 256];
        let length = self.utf8_into(value, &mut short)?;
        if length + LONGEST_LETTER < short.len() {
            return Ok(use_it(&short[..length]));
        }
        let length = get!(0, |out| sys::napi_get_value_string_utf8(
            self.raw,
            value.raw,
            ptr::null_mut(),
            0,
            &mut out
        ))?;
        let mut text = vec![0; length + 1];
        let length = self.utf8_into(value, &mut text)?;
        Ok(use_it(&text[..length]))
    }

    fn utf8_into(self, value: Value<'call>, text: &mut [u8]) -> Result<usize> {
        get!(0, |out| sys::napi_get_value_string_utf8(
            self.raw,
            value.raw,
            text.as_mut_ptr().cast(),
            text.len(),
            &mut out
        ))
    }

    /// What `String(value)` gives, for errors.
    pub(crate) fn shown(self, value: Value<'call>) -> Result<String> {
        let text = get!(ptr::null_mut(), |out| sys::napi_coerce_to_string(
            self.raw, value.raw, &mut out
        ))?;
        self.utf8(Value::from_raw(text), |utf8| {
            String::from_utf8_lossy(utf8).into_owned()
        })
    }

    /// What `use_them` makes of the bytes of a `Buffer` or any other typed array of bytes; nothing when it is none.
    /// JavaScript may write to them as soon as this call is over.
    pub(crate) fn bytes<T>(
        self,
        value: Value<'call>,
        use_them: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>> {
        let is_array = get!(false, |out| sys::napi_is_typedarray(
            self.raw, value.raw, &mut out
        ))?;
        if !is_array {
            return Ok(None);
        }
        let (mut kind, mut length, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        get!((), |_out| sys::napi_get_typedarray_info(
            self.raw,
            value.raw,
            &mut kind,
            &mut length,
            &mut data,
            &mut buffer,
            &mut offset
        ))?;
        let of_bytes = matches!(
            kind,
            sys::TypedarrayType::uint8_array | sys::TypedarrayType::uint8_clamped_array
        );
        if !of_bytes {
            return Ok(None);
        }
        if length == 0 {
            return Ok(Some(use_them(&[])));
        }
        // SAFETY: Node-API says that `length` bytes are at `data`, and no JavaScript runs while they are used.
        let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) };
        Ok(Some(use_them(bytes)))
    }

    pub(crate) fn is_array(self, value: Value<'call>) -> Result<bool> {
        get!(false, |out| sys::napi_is_array(
            self.raw, value.raw, &mut out
        ))
    }

    pub(crate) fn length(self, array: Value<'call>) -> Result<u32> {
        get!(0, |out| sys::napi_get_array_length(
            self.raw, array.raw, &mut out
        ))
    }

    pub(crate) fn element(self, array: Value<'call>, index: u32) -> Result<Value<'call>> {
        self.made(get!(ptr::null_mut(), |out| sys::napi_get_element(
            self.raw, array.raw, index, &mut out
        )))
    }
}

/// Of a letter in UTF-8.
const LONGEST_LETTER: usize = 4;

impl<'call> Value<'call> {
    pub(crate) fn from_raw(raw: sys::napi_value) -> Self {
        Self {
            raw,
            call: PhantomData,
        }
    }

    pub(crate) fn raw(self) -> sys::napi_value {
        self.raw
    }
}

/// In the arguments and results of functions that napi's macros export.
pub struct Any(pub(crate) sys::napi_value);

impl Any {
    pub(crate) fn value<'call>(&self, _env: Env<'call>) -> Value<'call> {
        Value::from_raw(self.0)
    }
}

impl From<Value<'_>> for Any {
    fn from(value: Value<'_>) -> Self {
        Self(value.raw())
    }
}

impl napi::bindgen_prelude::FromNapiValue for Any {
    unsafe fn from_napi_value(_: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        Ok(Self(value))
    }
}

impl napi::bindgen_prelude::ToNapiValue for Any {
    unsafe fn to_napi_value(_: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        Ok(value.0)
    }
}

impl napi::bindgen_prelude::TypeName for Any {
    fn type_name() -> &'static str {
        "any"
    }

    fn value_type() -> napi::ValueType {
        napi::ValueType::Unknown
    }
}

impl napi::bindgen_prelude::ValidateNapiValue for Any {}
