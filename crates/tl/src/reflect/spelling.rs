//! "Did you mean": the known names closest to one that is not known.

/// The names closest to `word`, closest first; none when all are far away.
pub fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let within = (word.chars().count() / 4).clamp(1, 4);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let local = lower.rsplit('.').next().unwrap_or(&lower);
            let far = if local == word {
                1
            } else {
                distance(&word, &lower)
            };
            (far <= within).then_some((far, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .take(SHOWN)
        .map(|(_, name)| name)
        .collect()
}

/// `did you mean a, b or c?`, when there is anything to ask.
pub fn question(names: &[&str]) -> Option<String> {
    let (last, before) = names.split_last()?;
    Some(if before.is_empty() {
        format!("did you mean `{last}`?")
    } else {
        format!("did you mean `{}` or `{last}`?", before.join("`, `"))
    })
}

/// How many letters have to be inserted, removed, changed, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > FAR {
        return usize::MAX;
    }
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = above[j] + usize::from(a[i] != b[j]);
            let mut least = changed.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                let two_rows_up: &Vec<usize> = &before;
                least = least.min(two_rows_up[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// Names that differ by more letters than this are never meant.
const FAR: usize = 4;
const SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_step() {
        assert_eq!(distance("hash", "hsah"), 1);
        assert_eq!(distance("settings", "setings"), 1);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_local_part_of_a_name_is_enough() {
        let names = ["account.confirmPhone", "account.changePhone"];
        assert_eq!(
            closest("confirmphone", names.into_iter()),
            ["account.confirmPhone"]
        );
    }
}
