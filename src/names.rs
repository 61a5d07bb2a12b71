//! Registered names. Each kind of name is listed once; parsing, printing and tests derive from the list.

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

            /// Returns the value with that name, compared exactly.
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

/// Implements `FromStr` and `Display` for a type with `ALL`, `name` and `from_name`, and the error of an unknown name.
macro_rules! parse_names {
    ($Type:ident, $Unknown:ident, $what:literal) => {
        impl core::str::FromStr for $Type {
            type Err = $Unknown;

            fn from_str(name: &str) -> Result<Self, $Unknown> {
                Self::from_name(name).ok_or($Unknown)
            }
        }

        impl core::fmt::Display for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl core::fmt::Display for $Unknown {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!("not the name of a supported ", $what, ", which is one of"))?;
                $Type::ALL
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, one)| write!(f, "{} {one}", if index == 0 { "" } else { "," }))
            }
        }

        impl core::error::Error for $Unknown {}
    };
}

pub(crate) use names;
pub(crate) use parse_names;
