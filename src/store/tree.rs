//! The tree over the log, as it is kept: each place has the nodes that are complete with it. A root
//! or a proof reads one row for each of at most 126 nodes, in one query.

use std::collections::BTreeMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::error::StoreError;
use super::many::insert_many;
use super::schema::{entries, log, log_head, log_nodes, notices};
use super::session::{Reader, Tx};
use crate::seal::tree::{Frontier, Hash, Node, Recipe, fold};

/// Bytes of a hash.
const WIDTH: usize = 32;

/// Where a leaf stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafAt {
    /// No entry and no notice has it.
    Nowhere,
    /// Its entry or notice waits for its place.
    Waiting,
    /// At this place, from 1.
    Place(i64),
}

impl Reader<'_> {
    /// Over how many places the tree is grown: all of the log's, but for a database that is being
    /// filled.
    pub fn tree_size(&mut self) -> Result<i64, StoreError> {
        let last: Option<i64> = log_nodes::table.select(max(log_nodes::pos)).first(self.conn)?;
        Ok(last.unwrap_or(0))
    }

    /// The root of the tree over the first so many places; they must not be more than
    /// [`Reader::tree_size`].
    pub fn root_at(&mut self, size: i64) -> Result<Hash, StoreError> {
        Ok(self.frontier(size)?.root())
    }

    /// The hashes of a proof.
    pub fn proof(&mut self, recipe: &Recipe) -> Result<Vec<Hash>, StoreError> {
        let wanted: Vec<Node> = recipe.iter().flatten().copied().collect();
        let found = self.nodes(&wanted)?;
        let one = |nodes: &Vec<Node>| {
            let hashes: Option<Vec<Hash>> = nodes.iter().map(|n| found.get(n).copied()).collect();
            hashes.map(|hashes| fold(&hashes)).ok_or_else(missing)
        };
        recipe.iter().map(one).collect()
    }

    /// Where a leaf stands, given in hexadecimal.
    pub fn leaf_at(&mut self, leaf: &str) -> Result<LeafAt, StoreError> {
        let entry = entries::table.filter(entries::leaf.eq(leaf)).select(entries::id);
        let found: Option<String> = entry.first(self.conn).optional()?;
        let found = match found {
            Some(id) => Some(id),
            None => {
                let notice = notices::table.filter(notices::leaf.eq(leaf)).select(notices::id);
                notice.first(self.conn).optional()?
            }
        };
        let Some(id) = found else { return Ok(LeafAt::Nowhere) };
        Ok(match self.place_in_log(&id)? {
            Some(pos) if pos <= self.tree_size()? => LeafAt::Place(pos),
            _ => LeafAt::Waiting,
        })
    }

    fn frontier(&mut self, size: i64) -> Result<Frontier, StoreError> {
        let size = u64::try_from(size).map_err(|_| missing())?;
        let edge = Frontier::nodes(size);
        let found = self.nodes(&edge)?;
        let edge = edge.iter().filter_map(|node| found.get(node).copied()).collect();
        Frontier::new(size, edge).ok_or_else(missing)
    }

    fn nodes(&mut self, wanted: &[Node]) -> Result<BTreeMap<Node, Hash>, StoreError> {
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let place = |node: &Node| i64::try_from(node.completed_by()).map_or(-1, |at| at + 1);
        let places: Vec<i64> = wanted.iter().map(place).collect();
        let rows = log_nodes::table.filter(log_nodes::pos.eq_any(places));
        let rows: Vec<(i64, Vec<u8>)> = rows.load(self.conn)?;
        let rows: BTreeMap<i64, Vec<u8>> = rows.into_iter().collect();
        let find = |node: &Node| {
            let from = node.level as usize * WIDTH;
            let bytes = rows.get(&place(node))?.get(from..from + WIDTH)?;
            Some((*node, bytes.try_into().ok()?))
        };
        Ok(wanted.iter().filter_map(find).collect())
    }
}

impl Tx<'_> {
    /// Adds up to `limit` places of the log to a tree that lags behind it; how many. Only a database
    /// that held a log before it had a tree ever needs this: the sealer adds to both at once.
    pub fn grow_tree(&mut self, limit: i64) -> Result<usize, StoreError> {
        if self.tree_size()? >= self.log_size()? {
            return Ok(0);
        }
        // Takes the head's row, so that of two that grow the tree the second sees what the first did.
        diesel::update(log_head::table.find(1))
            .set(log_head::size.eq(log_head::size))
            .execute(self.conn)?;
        let size = self.tree_size()?;
        let rows: Vec<(Option<String>, Option<String>)> = log::table
            .left_join(entries::table.on(entries::id.eq(log::entry_id)))
            .left_join(notices::table.on(notices::id.eq(log::entry_id)))
            .filter(log::pos.gt(size))
            .order(log::pos.asc())
            .limit(limit)
            .select((entries::leaf.nullable(), notices::leaf.nullable()))
            .load(self.conn)?;
        let lost = || StoreError::unreadable("the log names what is not there".to_owned());
        let leaf = |(entry, notice): (Option<String>, Option<String>)| entry.or(notice);
        let leaves: Vec<String> =
            rows.into_iter().map(|row| leaf(row).ok_or_else(lost)).collect::<Result<_, _>>()?;
        self.add_leaves(size, &leaves)?;
        Ok(leaves.len())
    }

    /// Adds leaves, in hexadecimal, to a tree of so many.
    pub(super) fn add_leaves(&mut self, size: i64, leaves: &[String]) -> Result<(), StoreError> {
        let mut frontier = self.frontier(size)?;
        let row = |(pos, leaf): (i64, &String)| {
            let mut hash = [0; WIDTH];
            hex::decode_to_slice(leaf, &mut hash)
                .map_err(|_| StoreError::unreadable(format!("the leaf at place {pos}")))?;
            Ok((log_nodes::pos.eq(pos), log_nodes::hashes.eq(frontier.append(hash).concat())))
        };
        let rows: Vec<_> = (size + 1..).zip(leaves).map(row).collect::<Result<_, StoreError>>()?;
        insert_many!(self.conn, log_nodes::table, &rows)?;
        Ok(())
    }
}

fn missing() -> StoreError {
    StoreError::unreadable("the tree over the log: a node is missing".to_owned())
}
