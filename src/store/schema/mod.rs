//! The tables, one description for both databases.
//!
//! Only types that SQLite and PostgreSQL share: text, numbers, booleans, timestamps in UTC, bytes.

mod all;
mod figures;
mod post;
mod public;

pub use all::{LEFT_BEHIND, STAYING, tables};
pub use figures::{
    arrivals, holdings, listings, milestones, movements, obligations, outcomes, withheld,
};
pub use post::{
    audits, duty_tellings, jobs, mailboxes, outbox, report_forms, reports, subscriptions,
    tips_by_mail,
};
pub use public::{campaign_places, campaigns, draws, enquiries, log_nodes, notices, seal_heads};

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        login -> Text,
        password_hash -> Text,
        unit -> Text,
        roles -> Text,
        disabled -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    credentials (secret_hash) {
        secret_hash -> Text,
        kind -> Text,
        user_id -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    cases (no) {
        no -> Text,
        last_seq -> Integer,
        stage -> Text,
        state -> Text,
        holder -> Text,
        place -> Text,
        category -> Text,
        opened_at -> Timestamp,
        changed_at -> Timestamp,
        carrier -> Text,
        severity -> Text,
    }
}

diesel::table! {
    entries (id) {
        id -> Text,
        case_no -> Text,
        seq -> Integer,
        act -> Text,
        recorded_at -> Timestamp,
        body -> Text,
        salt -> Binary,
        leaf -> Text,
    }
}

diesel::table! {
    duties (case_no, no) {
        case_no -> Text,
        no -> Integer,
        kind -> Text,
        owner -> Text,
        tip -> Nullable<Text>,
        opened_at -> Timestamp,
        due_at -> Nullable<Timestamp>,
        rule -> Text,
        blocking -> Bool,
        paused -> Bool,
        status -> Text,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_units (case_no, unit) {
        case_no -> Text,
        unit -> Text,
    }
}

diesel::table! {
    case_recusals (case_no, unit) {
        case_no -> Text,
        unit -> Text,
        provisional -> Bool,
    }
}

diesel::table! {
    tips (number) {
        number -> Text,
        case_no -> Text,
        entry_id -> Text,
        channel -> Text,
        mode -> Text,
        occurred_on -> Nullable<Text>,
        received_at -> Timestamp,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        code_hash -> Text,
    }
}

diesel::table! {
    tip_words (entry_id) {
        entry_id -> Text,
        tip -> Text,
        salt -> Binary,
        title -> Nullable<Text>,
        text -> Text,
        place_text -> Nullable<Text>,
        accused -> Nullable<Text>,
        lon -> Nullable<Double>,
        lat -> Nullable<Double>,
        accused_key -> Nullable<Text>,
        place_key -> Nullable<Text>,
    }
}

diesel::table! {
    tip_identities (tip) {
        tip -> Text,
        wrapped_key -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    files (sha256) {
        sha256 -> Text,
        bytes -> BigInt,
        media_type -> Text,
        stored_at -> Timestamp,
        attached -> Bool,
    }
}

diesel::table! {
    answers (key_hash) {
        key_hash -> Text,
        body_hash -> Text,
        status -> Integer,
        sealed -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    unsealed (entry_id) {
        entry_id -> Text,
    }
}

diesel::table! {
    log (pos) {
        pos -> BigInt,
        entry_id -> Text,
    }
}

diesel::table! {
    log_head (id) {
        id -> Integer,
        size -> BigInt,
    }
}

diesel::table! {
    cursors (reader) {
        reader -> Text,
        pos -> BigInt,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        owner -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    holds (tip) {
        tip -> Text,
        case_no -> Text,
        group_key -> Text,
        reason -> Text,
        held_at -> Timestamp,
        released_at -> Nullable<Timestamp>,
        released_by -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    users,
    credentials,
    cases,
    entries,
    duties,
    case_units,
    case_recusals,
    tips,
    tip_words,
    tip_identities,
    files,
    answers,
    unsealed,
    log,
    log_head,
    cursors,
    leases,
    movements,
    arrivals,
    holdings,
    obligations,
    milestones,
    listings,
    outcomes,
    withheld,
    audits,
    jobs,
    report_forms,
    reports,
    subscriptions,
    outbox,
    mailboxes,
    tips_by_mail,
    duty_tellings,
    holds,
    notices,
    draws,
    campaigns,
    campaign_places,
    enquiries,
    log_nodes,
    seal_heads,
);
