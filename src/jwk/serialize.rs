//! Serialization of JSON Web Keys in other documents, by serde.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::members::{Given, Members};
use super::parse;
use super::write::Text;
use super::{CommonParameters, Jwk};
use crate::base64url;

/// Serializes only the public key, as [`Jwk::to_json`] does: private members are left out, and a shared secret is an
/// error.
impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.public_members().map_err(S::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in members {
            match value {
                Text::Plain(text) => map.serialize_entry(name, text)?,
                Text::Bytes(bytes) => map.serialize_entry(name, &base64url::encode(bytes))?,
            }
        }
        let CommonParameters { algorithm, public_key_use, key_ops, key_id, .. } = &self.parameters;
        for (name, value) in [("alg", algorithm), ("use", public_key_use), ("kid", key_id)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(operations) = key_ops {
            map.serialize_entry("key_ops", operations)?;
        }
        map.end()
    }
}

/// Reads a map as strictly as [`Jwk::from_json`]: no duplicate members, canonical base64url.
impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JwkVisitor;

        impl<'de> Visitor<'de> for JwkVisitor {
            type Value = Jwk;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON Web Key")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Jwk, A::Error> {
                from_map(map)
            }
        }

        deserializer.deserialize_map(JwkVisitor)
    }
}

/// Reads a JWK from a map.
pub(crate) fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Jwk, A::Error> {
    let mut members = Members::default();
    let mut names = BTreeSet::new();
    while let Some(name) = map.next_key::<String>()? {
        let given = map.next_value_seed(GivenVisitor { lists: Members::reads_list(&name) })?;
        members.set(&name, given).map_err(A::Error::custom)?;
        if !names.insert(name) {
            return Err(A::Error::custom("the JSON Web Key has a member twice"));
        }
    }
    parse::from_members(members).map_err(A::Error::custom)
}

/// Accepts any value, and keeps what may be a member of a key.
struct GivenVisitor {
    /// Whether the elements of a list are read.
    lists: bool,
}

impl<'de> DeserializeSeed<'de> for GivenVisitor {
    type Value = Given<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member of a JSON Web Key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Given<'de>, E> {
        Ok(Given::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Given<'de>, E> {
        Ok(Given::Text(Cow::Owned(text.into())))
    }

    fn visit_string<E>(self, text: String) -> Result<Given<'de>, E> {
        Ok(Given::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Given<'de>, A::Error> {
        if !self.lists {
            while elements.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Given::Other);
        }
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(GivenVisitor { lists: false })? {
            list.push(if let Given::Text(text) = element { Some(text.into_owned()) } else { None });
        }
        Ok(Given::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Given::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_unit<E>(self) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_none<E>(self) -> Result<Given<'de>, E> {
        Ok(Given::Other)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}
