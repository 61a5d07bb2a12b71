//! `aud`, one or many: RFC 7519 §4.1.3.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The value of `aud`: in JSON a string for one audience, an array for several (RFC 7519 §4.1.3). Use it in types of
/// your own that have an `aud` field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audiences(pub Vec<String>);

impl Audiences {
    /// Returns whether `audience` is one of them, compared exactly.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.0.iter().any(|one| one == audience)
    }
}

impl Serialize for Audiences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

impl<'de> Deserialize<'de> for Audiences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Audiences;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: de::Error>(self, one: &str) -> Result<Audiences, E> {
                Ok(Audiences(alloc::vec![one.into()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, many: A) -> Result<Audiences, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(many)).map(Audiences)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
