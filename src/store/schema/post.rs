//! Tables of what goes out: reports, who gets them, and letters.

diesel::table! {
    jobs (kind, period, scope) {
        kind -> Text,
        period -> Text,
        scope -> Text,
        due_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
        attempts -> Integer,
        lease -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audits (day) {
        day -> Text,
        begun_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        lease -> Text,
        lease_until -> Timestamp,
        after -> Text,
        entries -> BigInt,
        faults -> BigInt,
        first -> Nullable<Text>,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        kind -> Text,
        period -> Text,
        scope -> Text,
        log_size -> BigInt,
        late -> Bool,
        published_at -> Timestamp,
        json -> Text,
    }
}

diesel::table! {
    report_forms (report, form) {
        report -> Text,
        form -> Text,
        body -> Binary,
    }
}

diesel::table! {
    subscriptions (id) {
        id -> Text,
        email -> Text,
        kind -> Text,
        scope -> Text,
        lang -> Text,
        created_at -> Timestamp,
        created_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        about -> Text,
        recipient -> Text,
        lang -> Text,
        letter -> Text,
        created_at -> Timestamp,
        first_try_at -> Nullable<Timestamp>,
        next_try_at -> Timestamp,
        attempts -> Integer,
        handovers -> Integer,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        dead_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        tip -> Nullable<Text>,
    }
}

diesel::table! {
    mailboxes (user_id) {
        user_id -> Text,
        email -> Text,
        lang -> Text,
        work -> Bool,
        digest -> Bool,
        on_duty -> Bool,
        digest_day -> Text,
    }
}

diesel::table! {
    tips_by_mail (tip) {
        tip -> Text,
    }
}

diesel::table! {
    duty_tellings (case_no, duty_no, rung, due_at) {
        case_no -> Text,
        duty_no -> Integer,
        rung -> Text,
        due_at -> Timestamp,
        told_at -> Timestamp,
    }
}
