//! Dates and spans as people read them. Business time is shown in UTC.

use maud::{Markup, html};

use crate::clock::{DAY, HOUR, MINUTE};

/// `2026-11-29 12:00:05`
pub(super) fn stamp(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let rest = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// A moment of business time.
pub(super) fn moment(seconds: i64) -> Markup {
    let text = stamp(seconds);
    html! { time datetime={ (text.replace(' ', "T")) "Z" } { (text) } }
}

/// The two largest units of a span: `6 d 23 h`, `4 min 10 s`.
pub(super) fn span(seconds: i64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s")];
    let mut rest = seconds.abs();
    let mut parts = Vec::new();
    for (length, name) in units {
        if rest >= length || (length == 1 && parts.is_empty()) {
            parts.push(format!("{} {name}", rest / length));
            rest %= length;
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

/// `3 min ago`
pub(super) fn ago(then: i64, now: i64) -> String {
    match now - then {
        ..60 => "just now".to_owned(),
        seconds => format!("{} ago", span(seconds)),
    }
}

/// How long until then, ticking where there is a script.
pub(super) fn countdown(due: i64, now: i64) -> Markup {
    html! {
        time.countdown datetime={ (stamp(due).replace(' ', "T")) "Z" } data-due=(due) title={ (stamp(due)) " UTC" } {
            @if due > now { "in " (span(due - now)) } @else { "due" }
        }
    }
}

/// Reads `2026-11-29T12:00` or with seconds, as a field for date and time gives it.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let numbers = |text: &str, separator| -> Option<Vec<i64>> {
        text.split(separator)
            .map(|part| part.parse::<u16>().ok().map(i64::from))
            .collect()
    };
    let date = numbers(date, '-')?;
    let time = numbers(time.split('.').next()?, ':')?;
    let [year, month, day] = date[..] else {
        return None;
    };
    let (hour, minute, second) = match time[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let days = days(year, month, day);
    let real = civil(days) == (year, month, day) && hour < 24 && minute < 60 && second < 60;
    real.then_some(days * DAY + hour * HOUR + minute * MINUTE + second)
}

/// Year, month and day of a day counted from 1970. The year is taken to begin in March, so that the leap day is
/// its last, and 400 years have 146,097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let month_from_march = (month + 9) % 12;
    let of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let year_of_era = year.rem_euclid(400);
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    year.div_euclid(400) * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(stamp(0), "1970-01-01 00:00:00");
        assert_eq!(stamp(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(stamp(1_795_390_025), "2026-11-22 23:27:05");
        assert_eq!(stamp(i64::from(i32::MAX)), "2038-01-19 03:14:07");
    }

    #[test]
    fn a_date_that_is_written_is_read_back() {
        for seconds in [0, 951_782_399, 951_868_800, 1_795_390_025, 4_107_542_399] {
            assert_eq!(parse(&stamp(seconds)), Some(seconds));
        }
        assert_eq!(parse("1970-01-02T00:01"), Some(86_460));
        for wrong in [
            "",
            "2026-02-29T00:00",
            "2026-13-01T00:00",
            "2026-01-01",
            "2026-01-01T24:00",
            "-1-1-1T1:1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn spans_have_at_most_two_units() {
        assert_eq!(span(7 * DAY), "7 d");
        assert_eq!(span(7 * DAY - 1), "6 d 23 h");
        assert_eq!(span(3 * HOUR + 5), "3 h");
        assert_eq!(span(250), "4 min 10 s");
        assert_eq!(span(0), "0 s");
    }
}
