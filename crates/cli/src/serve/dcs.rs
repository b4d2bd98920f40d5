//! `--dc`: which DC the server is, and which further ones it has.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use crate::failure::Failure;

/// One `--dc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dc {
    /// `2`: the DC at `--port`, where new users live.
    Own(i32),
    /// `4=10444`: a further DC at a port of its own.
    Further(i32, u16),
}

/// What all `--dc`s together say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dcs {
    pub(super) own: i32,
    pub(super) further: BTreeMap<i32, u16>,
}

impl FromStr for Dc {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, port) = match text.split_once('=') {
            Some((number, port)) => (number, Some(port)),
            None => (text, None),
        };
        let number = number
            .parse()
            .ok()
            .filter(|number| (1..=5).contains(number))
            .ok_or_else(|| format!("{number:?} is not a DC; they are 1 to 5"))?;
        match port {
            None => Ok(Self::Own(number)),
            Some(port) => match port.parse() {
                Ok(port) => Ok(Self::Further(number, port)),
                Err(_) => Err(format!("{port:?} is not a port; write {number}=10444")),
            },
        }
    }
}

impl Dcs {
    /// Puts them together; without any, the server is DC 2.
    pub(super) fn collect(given: &[Dc]) -> Result<Self, Failure> {
        let mut own = None;
        let mut further = BTreeMap::new();
        for dc in given {
            match *dc {
                Dc::Own(number) => {
                    if let Some(before) = own.replace(number) {
                        return Err(Failure::usage(format!(
                            "--dc {before} and --dc {number}: the server itself is one DC; give further ones a port, --dc {number}=0"
                        )));
                    }
                }
                Dc::Further(number, port) => {
                    if further.insert(number, port).is_some() {
                        return Err(Failure::usage(format!("--dc {number}= is given twice")));
                    }
                }
            }
        }
        let own = own.unwrap_or(DEFAULT_DC);
        if let Some(port) = further.get(&own) {
            return Err(Failure::usage(format!(
                "--dc {own}={port}: DC {own} is the server itself, at --port; make it another with --dc N"
            )));
        }
        Ok(Self { own, further })
    }

    /// Where the further ones listen.
    pub(super) fn places(&self, ip: IpAddr) -> BTreeMap<i32, SocketAddr> {
        let places = self.further.iter();
        places
            .map(|(dc, port)| (*dc, SocketAddr::new(ip, *port)))
            .collect()
    }
}

/// The DC that clients assume for new sessions.
const DEFAULT_DC: i32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(given: &[&str]) -> Result<Dcs, String> {
        let given: Vec<_> = given.iter().map(|text| text.parse().unwrap()).collect();
        Dcs::collect(&given).map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn a_number_is_the_server_itself_and_one_with_a_port_is_a_further_dc() {
        let dcs = collect(&["4=10444", "1", "5=0"]).unwrap();
        assert_eq!(dcs.own, 1);
        assert_eq!(dcs.further, BTreeMap::from([(4, 10_444), (5, 0)]));
        assert_eq!(collect(&[]).unwrap().own, 2);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        for (text, says) in [
            ("6", "they are 1 to 5"),
            ("x=1", "they are 1 to 5"),
            ("4=", "is not a port"),
            ("4=70000", "is not a port"),
        ] {
            let error = text.parse::<Dc>().unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
        for (given, says) in [
            (&["1", "2"][..], "is one DC"),
            (&["4=0", "4=1"], "given twice"),
            (&["2=0"], "the server itself"),
        ] {
            let error = collect(given).unwrap_err();
            assert!(error.contains(says), "{given:?}: {error}");
        }
    }
}
