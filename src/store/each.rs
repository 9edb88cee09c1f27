//! Several queries of one shape, sent as one statement.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::connection::MultiBackend;

/// The rows of several queries: `UNION ALL` of as many as there are, at least one, which the query
/// builder itself has only for a number known beforehand.
pub(super) struct Each<Q>(pub Vec<Q>);

impl<Q: Query> Query for Each<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Each<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> RunQueryDsl<C> for Each<Q> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Each<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (at, one) in self.0.iter().enumerate() {
            // A part with an order and a limit must be a table of its own: SQLite takes no
            // parentheses around it alone.
            out.push_sql(if at == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            one.walk_ast(out.reborrow())?;
            out.push_sql(") AS one");
        }
        Ok(())
    }
}
