//! Other libraries, each in its fastest fair use: keys, headers and policies created once.

#[cfg(feature = "native")]
mod biscuit;
#[cfg(feature = "native")]
mod josekit;
#[cfg(any(feature = "pure", feature = "native"))]
mod jsonwebtoken;
#[cfg(feature = "native")]
mod jwt;
#[cfg(feature = "pure")]
mod jwt_compact;
#[cfg(any(feature = "pure", feature = "boring"))]
mod jwt_simple;

#[cfg(any(feature = "pure", feature = "native"))]
pub(crate) use self::jsonwebtoken::Jsonwebtoken;
#[cfg(feature = "pure")]
pub(crate) use self::jwt_compact::JwtCompact;
#[cfg(any(feature = "pure", feature = "boring"))]
pub(crate) use self::jwt_simple::JwtSimple;
#[cfg(feature = "native")]
pub(crate) use self::{biscuit::Biscuit, josekit::Josekit, jwt::Jwt};
