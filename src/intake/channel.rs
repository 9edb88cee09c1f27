//! The way by which a tip came in.

use serde::{Deserialize, Serialize};

/// Sources of tips (DOMAIN 4a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // reason: the names are the vocabulary itself
pub enum Channel {
    Phone,
    Letter,
    Email,
    Fax,
    Visit,
    Web,
    App,
    Order,
    Transfer,
    Subordinate,
    Media,
    Patrol,
    Satellite,
}

impl Channel {
    /// Every channel, the informants' own first.
    pub const ALL: [Channel; 13] = [
        Channel::Phone,
        Channel::Letter,
        Channel::Email,
        Channel::Fax,
        Channel::Visit,
        Channel::Web,
        Channel::App,
        Channel::Order,
        Channel::Transfer,
        Channel::Subordinate,
        Channel::Media,
        Channel::Patrol,
        Channel::Satellite,
    ];

    /// Whether somebody reported by it, and not an office, the press or a picture from above: a case
    /// that began so came from the hotline.
    pub fn is_hotline(self) -> bool {
        use Channel::{App, Email, Fax, Letter, Phone, Visit, Web};
        matches!(self, Phone | Letter | Email | Fax | Visit | Web | App)
    }

    /// The code in the contract.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// Code, Chinese, English.
    pub fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Channel::Phone => ("phone", "电话", "telephone"),
            Channel::Letter => ("letter", "来信", "letter"),
            Channel::Email => ("email", "电子邮件", "e-mail"),
            Channel::Fax => ("fax", "传真", "fax"),
            Channel::Visit => ("visit", "来访", "visit"),
            Channel::Web => ("web", "网站", "web"),
            Channel::App => ("app", "移动应用", "app"),
            Channel::Order => ("order", "上级交办", "superior's order"),
            Channel::Transfer => ("transfer", "部门移送", "other department"),
            Channel::Subordinate => ("subordinate", "下级上报", "subordinate's report"),
            Channel::Media => ("media", "媒体", "media"),
            Channel::Patrol => ("patrol", "巡查发现", "patrol"),
            Channel::Satellite => ("satellite", "卫片发现", "satellite"),
        }
    }

    /// Looks a code up.
    pub fn find(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.code() == code)
    }

    /// Reads a code, or the name in either language.
    pub fn read(typed: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| {
            let (code, zh, en) = channel.names();
            typed == code || typed == zh || typed == en
        })
    }

    /// Whether the public may use it without a token.
    pub fn is_public(self) -> bool {
        matches!(self, Channel::Web | Channel::App)
    }
}
