//! What a table looks like, as data: read off the schema, or out of an archive's head.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Double, Integer, Nullable, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// A table with its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the schema.
    pub columns: Vec<Column>,
    /// Names of the columns of its primary key, by which its rows are put in order.
    pub key: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Of what type it is.
    pub kind: Kind,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// The types that both databases share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    BigInt,
    /// True or false.
    Bool,
    /// An instant in UTC, to the microsecond.
    Timestamp,
    /// Bytes.
    Binary,
    /// A number of 64 bits with a fraction.
    Double,
}

impl Table {
    /// The table of a diesel schema.
    pub(in crate::store) fn of<T>(name: &str, key: &[&str]) -> Table
    where
        T: diesel::Table,
        T::AllColumns: Columns,
    {
        let key = key.iter().map(|name| (*name).to_owned()).collect();
        Table { name: name.to_owned(), columns: T::AllColumns::columns(), key }
    }

    /// Whether its names are such as ours are, so that they can stand in a statement.
    pub fn is_plain(&self) -> bool {
        let sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let plain = |name: &str| !name.is_empty() && name.bytes().all(sign);
        let columns = self.columns.iter().all(|column| plain(&column.name));
        let key = |name: &String| self.place(name).is_some();
        plain(&self.name) && columns && !self.key.is_empty() && self.key.iter().all(key)
    }

    /// Where a column stands in a row.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }
}

/// The type of a column.
pub(in crate::store) trait Typed {
    const KIND: Kind;
    const NULLABLE: bool = false;
}

macro_rules! typed {
    ($($kind:ident)+) => { $(impl Typed for $kind { const KIND: Kind = Kind::$kind; })+ };
}

typed!(Text Integer BigInt Bool Timestamp Binary Double);

impl<T: Typed + diesel::sql_types::SqlType> Typed for Nullable<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
}

/// All columns of a table, which diesel gives as a tuple.
pub(in crate::store) trait Columns {
    fn columns() -> Vec<Column>;
}

fn column<C>() -> Column
where
    C: diesel::Column,
    <C as Expression>::SqlType: Typed,
{
    let nullable = <C as Expression>::SqlType::NULLABLE;
    Column { name: C::NAME.to_owned(), kind: <C as Expression>::SqlType::KIND, nullable }
}

/// Tuples of every length up to that of the names given.
macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first, $($rest),*> Columns for ($first, $($rest,)*)
        where
            $first: diesel::Column, <$first as Expression>::SqlType: Typed,
            $($rest: diesel::Column, <$rest as Expression>::SqlType: Typed,)*
        {
            fn columns() -> Vec<Column> {
                vec![column::<$first>(), $(column::<$rest>()),*]
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P Q R S T U V W X);
