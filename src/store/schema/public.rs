//! Tables of what belongs to no case: notices, draws, campaigns, enquiries, the tree over the log. They may be joined with the
//! others through [`super`], which names them all.

diesel::table! {
    notices (id) {
        id -> Text,
        kind -> Text,
        recorded_at -> Timestamp,
        body -> Text,
        salt -> Binary,
        leaf -> Text,
    }
}

diesel::table! {
    draws (id) {
        id -> Text,
        kind -> Text,
        period -> Text,
        scope -> Text,
        share_percent -> Integer,
        seed -> Binary,
        log_size -> BigInt,
        population -> Text,
        candidates -> Text,
        candidates_salt -> Binary,
        draw_at -> Timestamp,
        announced_by -> Text,
        announced -> Text,
        result -> Nullable<Text>,
    }
}

diesel::table! {
    campaigns (id) {
        id -> Text,
        name -> Text,
        unit -> Text,
        category -> Text,
        since -> Timestamp,
        until -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        text -> Text,
        opened_at -> Timestamp,
        opened_by -> Text,
    }
}

diesel::table! {
    campaign_places (campaign, division) {
        campaign -> Text,
        division -> Text,
        low -> Text,
        high -> Text,
    }
}

diesel::table! {
    enquiries (id) {
        id -> Text,
        unit -> Text,
        place -> Text,
        channel -> Text,
        category -> Text,
        text -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Nullable<Text>,
        tip -> Nullable<Text>,
        has_place -> Bool,
    }
}

diesel::table! {
    log_nodes (pos) {
        pos -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    seal_heads (day) {
        day -> Text,
        size -> BigInt,
        root -> Text,
        note -> Text,
        taken_at -> Timestamp,
    }
}
