//! The one macro by which a message is declared. `docs/adding-a-message.md` shows its use.

/// Declares a family of messages, one entry each:
///
/// ```text
/// messages! { ($) family
///
/// /// What the message is for.
/// TypeName = ROOT | ROOT_ALIAS / CHILD | CHILD_ALIAS, Kind to Side {
///     /// What the attribute says.
///     required field: Type = NAME | ALIAS [min..=max] corrected "NAME" twin "NAME" refused "WORD" deviation "U61"
///         words EnumName {
///             /// What the word means.
///             Variant = "PRINTED" corrected "CORRECTED" accepts ["OTHER"] deviation "U61",
///         },
///     example r#"NAME="value""#;
///     decisions ["A01"];
/// }
/// }
/// ```
///
/// Out of an entry come the type, its [`Declared`](crate::Declared) implementation (reading, writing, what
/// the reference page says), an enum for each list of words, and a round-trip test of the example. The
/// family's own macro, named after it, hands the list of its messages on to [`link_messages!`].
macro_rules! messages {
    (
        ($d:tt) $family:ident
        $(
            $(#[doc = $about:literal])*
            $name:ident = $root:ident $(| $root_alias:ident)* / $child:ident $(| $child_alias:ident)*,
            $kind:ident to $side:ident {
                $(
                    $(#[doc = $meaning:literal])*
                    $need:ident $field:ident: $type:ty = $attribute:ident $(| $alias:ident)*
                    $([$min:literal..=$max:literal])?
                    $(corrected $corrected_name:literal)?
                    $(twin $twin:literal)?
                    $(refused $refused:literal)?
                    $(deviation $addition:literal)?
                    $(words $words:ident {
                        $(
                            $(#[doc = $sense:literal])*
                            $word:ident = $printed:literal
                            $(corrected $corrected:literal)?
                            $(accepts [$($accepts:literal),*])?
                            $(deviation $deviation:literal)?
                        ),* $(,)?
                    })?
                ),* ;
                example $example:literal;
                decisions [$($decision:literal),* $(,)?];
            }
        )*
    ) => {
        $(
            $(#[doc = $about])*
            #[doc = concat!("\n`", stringify!($root), "/", stringify!($child), "`.")]
            #[derive(Clone, PartialEq, Eq, Debug)]
            pub struct $name {
                $($(#[doc = $meaning])* pub $field: $type,)*
            }

            impl $crate::Declared for $name {
                const NAME: &'static str = concat!(stringify!($root), "/", stringify!($child));

                const DECLARATION: &'static $crate::Declaration = &$crate::Declaration {
                    name: stringify!($name),
                    about: &[$($about),*],
                    root: stringify!($root),
                    root_aliases: &[$(stringify!($root_alias)),*],
                    child: stringify!($child),
                    child_aliases: &[$(stringify!($child_alias)),*],
                    kind: $crate::Kind::$kind,
                    to: $crate::Side::$side,
                    attributes: &[$(
                        $crate::AttributeDeclaration {
                            name: stringify!($attribute),
                            corrected: messages!(@optional $($corrected_name)?),
                            twin: messages!(@optional $($twin)?),
                            aliases: &[$(stringify!($alias)),*],
                            about: &[$($meaning),*],
                            need: messages!(@need $need),
                            limits: messages!(@optional $(($min, $max))?),
                            refused: messages!(@optional $($refused)?),
                            deviation: messages!(@optional $($addition)?),
                            words: <$type as $crate::Value>::WORDS,
                            list: <$type as $crate::Value>::LIST,
                        },
                    )*],
                    example: concat!(
                        "<", stringify!($root), ">\n<", stringify!($child), " ", $example,
                        ">\n</", stringify!($child), ">\n</", stringify!($root), ">\n",
                    ),
                    decisions: &[$($decision),*],
                };

                fn from_element(element: &$crate::Element) -> Result<Self, $crate::ReadError> {
                    Ok(Self {
                        $($field: {
                            const ALIASES: &[&str] = &[$(stringify!($alias),)* $($corrected_name,)? $($twin,)?];
                            let value = element.get_any(stringify!($attribute), ALIASES);
                            $crate::Value::read(value)
                                .map_err(|why| $crate::ReadError::malformed(element, stringify!($attribute), &why))?
                        },)*
                    })
                }

                fn values(&self, spelling: $crate::Spelling) -> impl Iterator<Item = Option<&str>> {
                    [$($crate::Value::write(&self.$field, spelling)),*].into_iter()
                }

                fn port(&self) -> Option<&$crate::PortText> {
                    [$($crate::Value::port(&self.$field)),*].into_iter().flatten().next()
                }

                fn msgid(&self) -> &$crate::Text {
                    &self.msgid
                }
            }

            $($(
                #[doc = concat!("The words of `", stringify!($attribute), "` in [`", stringify!($name), "`].")]
                #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
                pub enum $words {
                    $($(#[doc = $sense])* #[doc = concat!("\n`", $printed, "`.")] $word,)*
                }

                impl $crate::Word for $words {
                    const ALL: &'static [Self] = &[$(Self::$word),*];

                    const WORDS: &'static [$crate::WordDeclaration] = &[$(
                        $crate::WordDeclaration {
                            memorandum: $printed,
                            corrected: messages!(@corrected $printed $(=> $corrected)?),
                            accepts: &[$($($accepts),*)?],
                            deviation: messages!(@optional $($deviation)?),
                            about: &[$($sense),*],
                        },
                    )*];

                    fn declaration(self) -> &'static $crate::WordDeclaration {
                        &Self::WORDS[self as usize]
                    }
                }

                impl $crate::Value for $words {
                    const WORDS: Option<&'static [$crate::WordDeclaration]> =
                        Some(<Self as $crate::Word>::WORDS);

                    fn read(value: Option<&str>) -> Result<Self, String> {
                        $crate::read::word(value)
                    }

                    fn write(&self, spelling: $crate::Spelling) -> Option<&str> {
                        Some($crate::Word::text(*self, spelling))
                    }
                }
            )?)*
        )*

        /// Hands this family's messages on to the next family, and the last hands all to the end.
        #[allow(unused_macros, reason = "the tests declare messages that no enum is made of")]
        macro_rules! $family {
            ([$d next:ident $d($d rest:ident)*] $d($d before:tt)*) => {
                $d next! { [$d($d rest)*] $d($d before)* $($side $name)* }
            };
        }

        #[cfg(test)]
        #[allow(non_snake_case)]
        mod every_example_survives_reading_and_writing {
            $(#[test] fn $name() { $crate::tests::round_trip::<super::$name>(); })*
        }
    };

    (@optional) => { None };
    (@optional $value:expr) => { Some($value) };
    (@need required) => { $crate::Need::Required };
    (@need optional) => { $crate::Need::Optional };
    (@need echoed) => { $crate::Need::Echoed };
    (@corrected $printed:literal) => { $printed };
    (@corrected $printed:literal => $corrected:literal) => { $corrected };
}

/// The end of the chain of families: sorts their messages by the side that reads them and makes the
/// enums [`Request`](crate::Request) and [`Message`](crate::Message) of them.
macro_rules! link_messages {
    ([] $($all:tt)*) => { link_messages! { @sort [] [] $($all)* } };
    (@sort [$($server:ident)*] $application:tt Server $name:ident $($rest:tt)*) => {
        link_messages! { @sort [$($server)* $name] $application $($rest)* }
    };
    (@sort $server:tt [$($application:ident)*] Application $name:ident $($rest:tt)*) => {
        link_messages! { @sort $server [$($application)* $name] $($rest)* }
    };
    (@sort [$($server:ident)*] [$($application:ident)*]) => {
        link_messages! { @enum
            /// Everything that an application sends to the server.
            Request, Server, $($server)*
        }
        link_messages! { @enum
            /// Everything that the server sends to an application.
            Message, Application, $($application)*
        }
    };
    (@enum $(#[$about:meta])* $enum:ident, $side:ident, $($name:ident)*) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $enum {
            $(#[doc = concat!("[`", stringify!($name), "`](crate::", stringify!($name), ")")] $name($name),)*
        }

        impl $enum {
            /// What is declared about each of them.
            pub const DECLARATIONS: &'static [&'static Declaration] = &[$($name::DECLARATION),*];

            /// Takes an element for what it says.
            ///
            /// # Errors
            /// [`ReadError::UnknownMessage`] when no message of this direction has this root and child,
            /// [`ReadError::Malformed`] when an attribute is missing without which it says nothing.
            pub fn read(element: &Element) -> Result<Self, ReadError> {
                const READERS: &[fn(&Element) -> Result<$enum, ReadError>] =
                    &[$(|element| $name::from_element(element).map($enum::$name)),*];
                let at = crate::roots::find(Side::$side, element)?;
                READERS[at](element)
            }

            /// Appends the message in the layout of R-OUT.
            pub fn write(&self, spelling: Spelling, out: &mut Vec<u8>) {
                match self { $(Self::$name(message) => message.write(spelling, out),)* }
            }

            /// The transaction id, empty when there is none.
            #[must_use]
            pub fn msgid(&self) -> &Text {
                match self { $(Self::$name(message) => Declared::msgid(message),)* }
            }

            /// What is declared about it.
            #[must_use]
            pub fn declaration(&self) -> &'static Declaration {
                match self { $(Self::$name(_) => $name::DECLARATION,)* }
            }

            /// The first port that it names in an attribute of its own, if it names one.
            #[must_use]
            pub fn port(&self) -> Option<&PortText> {
                match self { $(Self::$name(message) => Declared::port(message),)* }
            }

            /// The element that it is when it is read again.
            #[must_use]
            pub fn element(&self) -> Element {
                match self { $(Self::$name(message) => crate::write::as_element(message),)* }
            }

            /// Root and child, as in `PLAY_VOICE_FILE/INFO`.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => $name::NAME,)* }
            }
        }

        $(
            impl From<$name> for $enum {
                fn from(message: $name) -> Self {
                    Self::$name(message)
                }
            }
        )*
    };
}
