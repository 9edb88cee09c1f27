use proptest::prelude::*;

use super::*;

/// The eight leaves by which implementations of RFC 6962 are tested, in hexadecimal.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// The roots over the first one, two, three … of them.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(text: &str) -> Hash {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn leaves() -> Vec<Hash> {
    let leaf = |text: &&str| crate::seal::leaf(&[], &hex::decode(text).unwrap());
    LEAVES.iter().map(|text| hash(&leaf(text))).collect()
}

/// Grown leaf by leaf, and what was complete on the way by its place.
struct Grown(Frontier, std::collections::BTreeMap<Node, Hash>);

fn grown(leaves: &[Hash]) -> Grown {
    let mut frontier = Frontier::new(0, vec![]).unwrap();
    let mut kept = std::collections::BTreeMap::new();
    for (at, leaf) in (0u64..).zip(leaves) {
        for (level, hash) in (0u32..).zip(frontier.append(*leaf)) {
            let node = Node { level, index: at >> level };
            assert_eq!(node.completed_by(), at);
            kept.insert(node, hash);
        }
    }
    Grown(frontier, kept)
}

impl Grown {
    fn cook(&self, recipe: Recipe) -> Vec<Hash> {
        let one =
            |nodes: Vec<Node>| fold(&nodes.iter().map(|node| self.1[node]).collect::<Vec<_>>());
        recipe.into_iter().map(one).collect()
    }
}

/// The definitions of RFC 6962 §2.1, word for word.
mod naive {
    use super::{Hash, empty, node};

    fn split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub fn root(d: &[Hash]) -> Hash {
        match d {
            [] => empty(),
            [one] => *one,
            d => node(&root(&d[..split(d.len())]), &root(&d[split(d.len())..])),
        }
    }

    pub fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
        if d.len() == 1 {
            return vec![];
        }
        let k = split(d.len());
        let (mut below, beside) = match m < k {
            true => (path(m, &d[..k]), root(&d[k..])),
            false => (path(m - k, &d[k..]), root(&d[..k])),
        };
        below.push(beside);
        below
    }

    pub fn subproof(m: usize, d: &[Hash], whole: bool) -> Vec<Hash> {
        if m == d.len() {
            return if whole { vec![] } else { vec![root(d)] };
        }
        let k = split(d.len());
        let (mut below, beside) = match m <= k {
            true => (subproof(m, &d[..k], whole), root(&d[k..])),
            false => (subproof(m - k, &d[k..], false), root(&d[..k])),
        };
        below.push(beside);
        below
    }
}

#[test]
fn the_roots_are_those_of_rfc_6962() {
    let leaves = leaves();
    assert_eq!(hex::encode(grown(&[]).0.root()), crate::seal::digest(&[]));
    for (n, root) in (1..).zip(ROOTS) {
        assert_eq!(hex::encode(grown(&leaves[..n]).0.root()), root, "{n} leaves");
    }
}

#[test]
fn a_known_path_is_found() {
    let tree = grown(&leaves());
    let path: Vec<_> = tree.cook(inclusion(5, 8).unwrap()).iter().map(hex::encode).collect();
    assert_eq!(
        path,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            ROOTS[3],
        ]
    );
    let path: Vec<_> = tree.cook(consistency(6, 8).unwrap()).iter().map(hex::encode).collect();
    assert_eq!(
        path,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            ROOTS[3],
        ]
    );
}

#[test]
fn what_is_not_there_has_no_proof() {
    assert_eq!(inclusion(8, 8), None);
    assert_eq!(inclusion(0, 0), None);
    assert_eq!(consistency(9, 8), None);
    assert_eq!(consistency(0, 8), None);
    assert_eq!(consistency(8, 8), Some(vec![]));
    assert!(Frontier::new(3, vec![[0; 32]]).is_none());
    assert!(extends((0, &empty()), (3, &[1; 32]), &[]));
    assert!(!extends((0, &[1; 32]), (3, &[1; 32]), &[]));
    assert!(!includes(&[0; 32], 1, 1, &[], &[0; 32]));
}

/// The depth of a tree bounds its proofs: what a database is asked for stays small.
#[test]
fn a_proof_over_a_thousand_million_leaves_reads_few_nodes() {
    let size = (1 << 30) - 1;
    for index in [0, 1, 12_336, size / 2, size - 1] {
        let recipe = inclusion(index, size).unwrap();
        assert!(recipe.len() <= 30 && recipe.iter().flatten().count() <= 60, "{recipe:?}");
    }
    assert!(consistency(12_336, size).unwrap().iter().flatten().count() <= 60);
}

fn many() -> impl Strategy<Value = Vec<Hash>> {
    prop::collection::vec(any::<Hash>(), 1..90)
}

proptest! {
    #[test]
    fn everything_is_as_the_rfc_defines_it(d in many(), m: prop::sample::Index) {
        let tree = grown(&d);
        let (at, size) = (m.index(d.len()), d.len() as u64);
        let root = naive::root(&d);
        prop_assert_eq!(tree.0.root(), root);
        let again = Frontier::nodes(size).iter().map(|node| tree.1[node]).collect();
        prop_assert_eq!(Frontier::new(size, again).unwrap().root(), root);

        let path = tree.cook(inclusion(at as u64, size).unwrap());
        prop_assert_eq!(&path, &naive::path(at, &d));
        prop_assert!(includes(&d[at], at as u64, size, &path, &root));

        let older = at as u64 + 1;
        let path = tree.cook(consistency(older, size).unwrap());
        prop_assert_eq!(&path, &naive::subproof(at + 1, &d, true));
        prop_assert!(extends((older, &naive::root(&d[..=at])), (size, &root), &path));
    }

    /// Any other leaf, place, size, root or path is refused.
    #[test]
    fn whatever_differs_is_refused(d in many(), m: prop::sample::Index, bit in 0usize..256) {
        let flip = |hash: &Hash| {
            let mut other = *hash;
            other[bit / 8] ^= 1 << (bit % 8);
            other
        };
        let tree = grown(&d);
        let (at, size) = (m.index(d.len()), d.len() as u64);
        let (index, root, leaf) = (at as u64, tree.0.root(), d[at]);
        let path = tree.cook(inclusion(index, size).unwrap());
        prop_assert!(!includes(&flip(&leaf), index, size, &path, &root));
        prop_assert!(!includes(&leaf, index, size, &path, &flip(&root)));
        for other in 0..size {
            prop_assert_eq!(includes(&leaf, other, size, &path, &root), other == index);
        }
        for cut in 0..path.len() {
            prop_assert!(!includes(&leaf, index, size, &path[..cut], &root));
            let mut bent = path.clone();
            bent[cut] = flip(&bent[cut]);
            prop_assert!(!includes(&leaf, index, size, &bent, &root));
        }
        let longer: Vec<Hash> = path.iter().copied().chain([leaf]).collect();
        prop_assert!(!includes(&leaf, index, size, &longer, &root));

        let older = index + 1;
        let old_root = naive::root(&d[..=at]);
        let path = tree.cook(consistency(older, size).unwrap());
        prop_assert!(!extends((older, &flip(&old_root)), (size, &root), &path));
        prop_assert!(!extends((older, &old_root), (size, &flip(&root)), &path));
        prop_assert!(!extends((size + 1, &old_root), (size, &root), &path));
        for cut in 0..path.len() {
            prop_assert!(!extends((older, &old_root), (size, &root), &path[..cut]));
            let mut bent = path.clone();
            bent[cut] = flip(&bent[cut]);
            prop_assert!(!extends((older, &old_root), (size, &root), &bent));
        }
    }
}
