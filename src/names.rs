//! Registered names: each kind of name is listed once, and parsed, printed and tested from there.

/// Declares an enum of names with `name` and `from_name`.
macro_rules! names {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $Enum:ident {
            $( $(#[$variant_attribute:meta])* $Variant:ident = $name:literal, )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $Enum {
            $( $(#[$variant_attribute])* $Variant, )+
        }

        impl $Enum {
            /// Returns the name in JSON.
            #[must_use]
            $visibility const fn name(self) -> &'static str {
                match self {
                    $( Self::$Variant => $name, )+
                }
            }

            /// Returns what is registered under that name, compared exactly.
            #[must_use]
            $visibility fn from_name(name: &str) -> Option<Self> {
                match name {
                    $( $name => Some(Self::$Variant), )+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use names;
