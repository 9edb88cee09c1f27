//! Tables of what figures are made of; the tally writes them from the sealed log.

diesel::table! {
    movements (pos, part) {
        pos -> BigInt,
        part -> Integer,
        term -> Text,
        at -> Timestamp,
        unit -> Text,
        other_unit -> Nullable<Text>,
        place -> Text,
        case_no -> Text,
        category -> Text,
        imported -> Bool,
    }
}

diesel::table! {
    arrivals (pos, part) {
        pos -> BigInt,
        part -> Integer,
        n -> Integer,
        at -> Timestamp,
        received_at -> Timestamp,
        tip -> Text,
        case_no -> Text,
        channel -> Text,
        place -> Text,
        category -> Text,
    }
}

diesel::table! {
    holdings (pos) {
        pos -> BigInt,
        case_no -> Text,
        stage -> Text,
        unit -> Text,
        since -> Timestamp,
        until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    obligations (case_no, no, turn) {
        case_no -> Text,
        no -> Integer,
        turn -> Integer,
        kind -> Text,
        about -> Nullable<Integer>,
        owner -> Text,
        place -> Text,
        opened_at -> Timestamp,
        late_from -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        status -> Text,
        saved -> Nullable<Integer>,
    }
}

diesel::table! {
    milestones (pos, part) {
        pos -> BigInt,
        part -> Integer,
        kind -> Text,
        word -> Text,
        n -> BigInt,
        at -> Timestamp,
        case_no -> Text,
        unit -> Text,
        place -> Text,
    }
}

diesel::table! {
    listings (pos) {
        pos -> BigInt,
        case_no -> Text,
        at -> Timestamp,
        situation -> Text,
        unit -> Text,
        place -> Text,
        channel -> Text,
        lifted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    withheld (case_no, unit) {
        case_no -> Text,
        unit -> Text,
    }
}

diesel::table! {
    outcomes (pos, part) {
        pos -> BigInt,
        part -> Integer,
        case_no -> Text,
        measure -> Integer,
        kind -> Text,
        stage -> Text,
        hundredths -> BigInt,
        at -> Timestamp,
        unit -> Text,
        place -> Text,
    }
}
