//! Whoever may not log in any more has nobody told by mail any more.

use crate::mail::{SMITH, ZHAO, publish, subscribe, wait_for_outbox, with_mail};
use crate::on_both;
use crate::relay::{Behaviour, Rogue};
use crate::world::World;

on_both!(what_a_shut_account_subscribed_gets_no_letter);

fn what_a_shut_account_subscribed_gets_no_letter(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::Take]);
    with_mail(world, rogue.port, "none");
    let begin = |id: &str, email: &str, login: &str| {
        world.sql(&format!(
            "INSERT INTO subscriptions (id, email, kind, scope, lang, created_at, created_by) \
             SELECT '{id}', '{email}', 'monthly', '000000', 'zh', '2026-11-01 00:00:00', id \
             FROM users WHERE login = '{login}'"
        ))
    };
    begin("s1", ZHAO, "analyst-000000").unwrap();
    begin("s2", SMITH, "judge-000000").unwrap();
    subscribe(world, "terminal@bureau.example", "zh");
    world.sql("UPDATE users SET disabled = TRUE WHERE login = 'judge-000000'").unwrap();
    publish(world);
    wait_for_outbox(world, &["sent", "sent"]);
    let told = world.names("SELECT recipient AS name FROM outbox ORDER BY 1");
    assert_eq!(told, ["terminal@bureau.example", ZHAO]);
    // Somebody else may begin it anew.
    subscribe(world, SMITH, "zh");
}
