//! Passwords: Argon2id, and which ones are refused.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::intake::text::half_width;

/// Memory in KiB, passes and lanes of one hash (S1: at least 19 MiB, 2, 1).
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// Fewest characters of a password.
pub const MIN_LENGTH: usize = 12;
/// Most characters of a password; long passphrases are welcome, megabytes are not.
pub const MAX_LENGTH: usize = 256;
/// Guesses, as a power of ten, that a password must withstand.
const MIN_GUESSES_LOG10: f64 = 8.0;
/// Characters that must be left when words that anybody would try here are taken out.
const MIN_OWN_LENGTH: usize = 8;
/// Words that anybody would try here.
const OWN_WORDS: [&str; 9] =
    ["12336", "hotline", "举报", "热线", "自然资源", "国土", "密码", "password", "admin"];
/// Hashes reckoned at the same time: each takes its memory and a core.
const AT_ONCE: usize = 2;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short.
    #[error("the password has fewer than {MIN_LENGTH} characters; use a longer one")]
    Short,
    /// Too long.
    #[error("the password has more than {MAX_LENGTH} characters; use a shorter one")]
    Long,
    /// Built on the login, the unit or the service's own words.
    #[error("the password is built on words that anybody would try here; use others")]
    OwnWords,
    /// Among those that are tried first.
    #[error("the password would be guessed quickly; use several unrelated words")]
    Common,
}

/// Hashes and checks passwords, a bounded number at a time, off the async threads.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// What checking a password gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Not the one.
    Wrong,
    /// The one.
    Right,
    /// The one; its hash was of a lower cost, here is a new one.
    RightButOld(String),
}

impl Passwords {
    /// Whether a password may be used by this login of this unit.
    pub fn judge(password: &str, login: &str, unit: &str) -> Result<(), PasswordFault> {
        let length = password.chars().count();
        if length < MIN_LENGTH {
            return Err(PasswordFault::Short);
        }
        if length > MAX_LENGTH {
            return Err(PasswordFault::Long);
        }
        let mut rest = half_width(password).to_lowercase();
        for word in OWN_WORDS.into_iter().chain([login, unit]).filter(|word| word.len() > 2) {
            rest = rest.replace(&word.to_lowercase(), "");
        }
        if rest.chars().count() < MIN_OWN_LENGTH {
            return Err(PasswordFault::OwnWords);
        }
        let strength = zxcvbn::zxcvbn(password, &[login, unit]);
        if strength.guesses_log10() < MIN_GUESSES_LOG10 {
            return Err(PasswordFault::Common);
        }
        Ok(())
    }

    /// The hash to keep of a password.
    pub async fn hash(&self, password: String) -> Option<String> {
        self.in_turn(move || hash(&password)).await.flatten()
    }

    /// Checks a password against a kept hash. Without one, as for an unknown login, the same work
    /// is done and the answer is no, so that the time does not tell which logins exist.
    pub async fn check(&self, password: String, kept: Option<String>) -> Checked {
        let work = move || match kept {
            Some(kept) if verifies(&password, &kept) => match is_current(&kept) {
                true => Checked::Right,
                false => hash(&password).map_or(Checked::Right, Checked::RightButOld),
            },
            Some(_) => Checked::Wrong,
            None => {
                let _ = hash(&password);
                Checked::Wrong
            }
        };
        self.in_turn(work).await.unwrap_or(Checked::Wrong)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _turn = self.turns.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Option<String> {
    let salt = crate::clock::random::<16>();
    let hash: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

fn verifies(password: &str, kept: &str) -> bool {
    let parsed = PasswordHash::new(kept);
    parsed.is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

/// Whether a kept hash has the cost of today.
fn is_current(kept: &str) -> bool {
    let (memory, passes, lanes) = COST;
    kept.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_which_passwords_are_taken() {
        let table = [
            ("short", Err(PasswordFault::Short)),
            ("12345678901", Err(PasswordFault::Short)),
            ("123456789012", Err(PasswordFault::Common)),
            ("qwertyuiopasdf", Err(PasswordFault::Common)),
            ("passwordpassword", Err(PasswordFault::OwnWords)),
            ("hotline12336!", Err(PasswordFault::OwnWords)),
            ("举报举报举报12336举报", Err(PasswordFault::OwnWords)),
            ("zhangsan430121", Err(PasswordFault::OwnWords)),
            ("correct horse battery", Ok(())),
            ("稻田里的第七只白鹭飞走了吗", Ok(())),
            ("no-rules-but-long-enough", Ok(())),
        ];
        for (password, expected) in table {
            assert_eq!(Passwords::judge(password, "zhangsan", "430121"), expected, "{password}");
        }
        assert_eq!(Passwords::judge(&"界x9".repeat(100), "a", "b"), Err(PasswordFault::Long));
        let passphrase = "七只白鹭 飞过 old mill pond ".repeat(4);
        assert!(passphrase.chars().count() > 64);
        assert_eq!(Passwords::judge(&passphrase, "a", "b"), Ok(()));
    }

    #[tokio::test]
    async fn s1_a_hash_of_an_older_cost_is_renewed_at_the_next_login() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8_192, 1, 1, None).unwrap(),
        );
        let old: PasswordHash =
            weak.hash_password_with_salt(b"correct horse", b"0123456789abcdef").unwrap();
        let checked =
            Passwords::default().check("correct horse".into(), Some(old.to_string())).await;
        let Checked::RightButOld(renewed) = checked else { panic!("{checked:?}") };
        assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let again = Passwords::default().check("correct horse".into(), Some(renewed)).await;
        assert_eq!(again, Checked::Right);
    }
}
