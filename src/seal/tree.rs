//! The Merkle tree of RFC 6962 over the leaves of the log: nodes, roots, proofs and their checking.
//!
//! Only nodes over a power of two of leaves are ever kept. Such a node never changes once its last
//! leaf is there, so the tree is stored by adding alone; what a root or a proof needs besides is
//! folded together from at most 64 of them.

use sha2::{Digest, Sha256};

/// The hash of a node.
pub type Hash = [u8; 32];

/// Prefix of an inner node in RFC 6962 §2.1.
const INNER: [u8; 1] = [0x01];

/// The hash of an inner node over its two children.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update(INNER).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves.
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// Where a kept node stands. It covers 2^level leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// 0 for a leaf.
    pub level: u32,
    /// Its number on its level, from 0.
    pub index: u64,
}

impl Node {
    /// The index of the leaf with which this node is complete.
    pub fn completed_by(self) -> u64 {
        ((self.index + 1) << self.level) - 1
    }
}

/// The kept nodes that cover the leaves from `from` up to before `to`, from left to right. `from` is
/// a multiple of a power of two that is not smaller than their number.
fn cover(from: u64, to: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = from;
    while at < to {
        let level = (to - at).ilog2();
        nodes.push(Node { level, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// The root over nodes that [`cover`] gave, by their hashes.
pub fn fold(hashes: &[Hash]) -> Hash {
    let mut rest = hashes.iter().rev();
    let Some(last) = rest.next() else { return empty() };
    rest.fold(*last, |right, left| node(left, &right))
}

/// The edge of a growing tree: enough to add leaves and to tell the root.
#[derive(Clone, Debug)]
pub struct Frontier {
    size: u64,
    /// One complete node for each bit of the size, the largest first.
    edge: Vec<Hash>,
}

impl Frontier {
    /// The nodes whose hashes [`Frontier::new`] takes, in this order.
    pub fn nodes(size: u64) -> Vec<Node> {
        cover(0, size)
    }

    /// The edge of a tree of so many leaves; `None` where there are not as many hashes as nodes.
    pub fn new(size: u64, edge: Vec<Hash>) -> Option<Frontier> {
        (edge.len() == size.count_ones() as usize).then_some(Frontier { size, edge })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    pub fn root(&self) -> Hash {
        fold(&self.edge)
    }

    /// Adds a leaf; the nodes that it completes, itself first and then upwards.
    pub fn append(&mut self, leaf: Hash) -> Vec<Hash> {
        let mut complete = vec![leaf];
        let mut top = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.edge.pop() else { break };
            top = node(&left, &top);
            complete.push(top);
        }
        self.edge.push(top);
        self.size += 1;
        complete
    }
}

/// What a proof is made of: for each of its hashes the kept nodes to [`fold`].
pub type Recipe = Vec<Vec<Node>>;

/// The largest power of two below `n`, which is 2 or more: where RFC 6962 splits a tree.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The path from the leaf at `index` (from 0) to the root of a tree of `size` leaves, RFC 6962
/// §2.1.1; `None` where there is no such leaf.
pub fn inclusion(index: u64, size: u64) -> Option<Recipe> {
    if index >= size {
        return None;
    }
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(cover(middle, to));
            to = middle;
        } else {
            path.push(cover(from, middle));
            from = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// That the tree of `older` leaves is the beginning of that of `newer`, RFC 6962 §2.1.2; `None` where
/// the older one is empty or the larger.
pub fn consistency(older: u64, newer: u64) -> Option<Recipe> {
    if older == 0 || older > newer {
        return None;
    }
    let (mut from, mut to) = (0, newer);
    let mut path = Vec::new();
    while to != older {
        let middle = from + split(to - from);
        if older <= middle {
            path.push(cover(middle, to));
            to = middle;
        } else {
            path.push(cover(from, middle));
            from = middle;
        }
    }
    // Whoever checks has the older root already; any other node must be told.
    if from > 0 {
        path.push(cover(from, to));
    }
    path.reverse();
    Some(path)
}

/// Whether a path leads from a leaf to a root, RFC 9162 §2.1.3.2.
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut reached) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            reached = node(beside, &reached);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            reached = node(&reached, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && reached == *root
}

/// Whether a path shows that one tree is the beginning of another, RFC 9162 §2.1.4.2. Each tree is
/// its size and its root.
pub fn extends(older: (u64, &Hash), newer: (u64, &Hash), path: &[Hash]) -> bool {
    let ((small, old_root), (large, new_root)) = (older, newer);
    if small == large {
        return path.is_empty() && old_root == new_root;
    }
    if small == 0 {
        // Every tree begins with the empty one.
        return path.is_empty() && *old_root == empty();
    }
    if small > large || path.is_empty() {
        return false;
    }
    let begun = small.is_power_of_two().then_some(old_root);
    let mut path = begun.into_iter().chain(path);
    let Some(first) = path.next() else { return false };
    let (mut at, mut last) = (small - 1, large - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old, mut new) = (*first, *first);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (old, new) = (node(beside, &old), node(beside, &new));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node(&new, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *old_root && new == *new_root
}

#[cfg(test)]
mod tests;
