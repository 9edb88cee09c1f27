//! The language of a reader: Chinese first, English complete.

/// What a screen, a problem or a letter is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The first of our two languages that an `Accept-Language` header names; Chinese without one.
    pub fn of_header(accept: &str) -> Lang {
        let named = accept.split(',').map(|part| part.trim().to_ascii_lowercase());
        for tag in named {
            if tag.starts_with("en") {
                return Lang::En;
            }
            if tag.starts_with("zh") {
                return Lang::Zh;
            }
        }
        Lang::Zh
    }

    /// Its short name: `zh` or `en`.
    pub fn name(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// The language of a short name; Chinese for any other.
    pub fn of_name(name: &str) -> Lang {
        if name == "en" { Lang::En } else { Lang::Zh }
    }

    /// Picks the wording for this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}
