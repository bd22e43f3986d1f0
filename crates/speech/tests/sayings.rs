//! Money, dates and times as they are said, and what a number may look like.

use speech::{
    Currency, Date, Language, MAX_NUMBER, Moment, NotNumber, Noun, Phrase, Prompt, Style, Time, catalogue,
    counted, date, digits, moment, money, number, sentence, time,
};

fn text(prompts: &[Prompt]) -> String {
    let word = |prompt: &Prompt| catalogue(prompt.language).words(prompt.key).expect("its own key").text;
    prompts.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// An amount such as `-5.50` in hundredths.
fn hundredths(amount: &str) -> i64 {
    amount.replace('.', "").parse().expect("an amount with two decimals")
}

/// A file a language: `# Currency`, then lines `amount = what is said`.
fn check_money(language: Language, table: &str) {
    let mut currency = None;
    let mut cells = 0;
    for line in table.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            currency = Currency::ALL.into_iter().find(|currency| format!("{currency:?}") == name);
            cells += 1;
            continue;
        }
        let (amount, said) = line.split_once(" = ").expect("amount = words");
        let currency = currency.expect("a currency before its amounts");
        assert_eq!(
            text(&money(language, currency, hundredths(amount))),
            said,
            "{language} {currency:?} {amount}"
        );
    }
    assert_eq!(cells, Currency::ALL.len(), "{language}: a table for each currency");
}

#[test]
fn money_in_all_49_cells() {
    check_money(Language::English, include_str!("money/en.txt"));
    check_money(Language::Spanish, include_str!("money/es.txt"));
    check_money(Language::French, include_str!("money/fr.txt"));
    check_money(Language::German, include_str!("money/de.txt"));
    check_money(Language::Arabic, include_str!("money/ar.txt"));
    check_money(Language::Farsi, include_str!("money/fa.txt"));
    check_money(Language::Chinese, include_str!("money/zh.txt"));
}

#[test]
fn any_amount_can_be_said() {
    for language in Language::ALL {
        for amount in [i64::MIN, i64::MAX, 99_999_999_999_999_999, -1] {
            assert!(!money(language, Currency::Dinars, amount).is_empty());
        }
    }
}

#[test]
fn dates() {
    let day = Date::new(2026, 11, 22).expect("a day");
    let check = |language, said| assert_eq!(text(&date(language, day)), said);
    check(Language::English, "Sunday November twenty-second twenty twenty-six");
    check(Language::Spanish, "domingo veintidós de noviembre de dos mil veintiséis");
    check(Language::French, "dimanche vingt-deux novembre deux mille vingt-six");
    check(Language::German, "Sonntag zweiundzwanzigster November zwei tausend sechsundzwanzig");
    check(Language::Arabic, "الأَحَد الثَّانِي وَالعِشْرُون مِنْ نُوفَمْبِر أَلْفَان وَ سِتَّة وَ عِشْرُون");
    check(Language::Farsi, "یکشنبه بیست و دومِ نوامبر دو هزار و بیست و شش");
    check(Language::Chinese, "二 零 二 六 年 十一月 二十二 日 星期日");
    let first = |language| text(&date(language, Date::new(2001, 1, 1).expect("a day")));
    assert_eq!(first(Language::English), "Monday January first two thousand and one");
    assert_eq!(first(Language::French), "lundi premier janvier deux mille un");
    assert_eq!(first(Language::Spanish), "lunes primero de enero de dos mil uno");
}

#[test]
fn years_in_english() {
    let year = |year| text(&date(Language::English, Date::new(year, 3, 1).expect("a day")));
    let check =
        |number, said: &str| assert!(year(number).ends_with(&format!("first {said}")), "{}", year(number));
    check(1999, "nineteen ninety-nine");
    check(2000, "two thousand");
    check(1905, "one thousand nine hundred and five");
    check(2010, "twenty ten");
    check(800, "eight hundred");
}

#[test]
fn times() {
    let check = |language, hour, minute, said| {
        assert_eq!(text(&time(language, Time::new(hour, minute).expect("a time"))), said);
    };
    check(Language::English, 0, 0, "twelve A M");
    check(Language::English, 15, 5, "three oh five P M");
    check(Language::English, 12, 30, "twelve thirty P M");
    check(Language::Spanish, 1, 0, "a la una de la mañana");
    check(Language::Spanish, 15, 5, "a las tres y cinco de la tarde");
    check(Language::Spanish, 21, 21, "a las nueve y veintiuno de la noche");
    check(Language::French, 0, 0, "zéro heure");
    check(Language::French, 21, 21, "vingt et une heures vingt et une");
    check(Language::German, 1, 0, "ein Uhr");
    check(Language::German, 21, 1, "einundzwanzig Uhr eins");
    check(Language::Arabic, 15, 5, "السَّاعَة الثَّالِثَة وَ خَمْس دَقَائِق مَسَاءً");
    check(Language::Farsi, 15, 5, "ساعت پانزده و پنج دقیقه");
    check(Language::Chinese, 2, 2, "两 点 零 二 分");
    check(Language::Chinese, 22, 0, "二十二 点");
}

#[test]
fn a_moment_is_told_from_today() {
    let day = |year, month, day| Date::new(year, month, day).expect("a day");
    let at = |date| Moment { date, time: Time::new(9, 7).expect("a time") };
    let check = |then, today, said| assert_eq!(text(&moment(Language::English, at(then), today)), said);
    check(day(2026, 11, 22), day(2026, 11, 22), "today at nine oh seven A M");
    check(day(2024, 2, 29), day(2024, 3, 1), "yesterday at nine oh seven A M");
    check(day(2025, 12, 31), day(2026, 1, 1), "yesterday at nine oh seven A M");
    check(
        day(2026, 11, 20),
        day(2026, 11, 22),
        "Friday November twentieth twenty twenty-six at nine oh seven A M",
    );
}

#[test]
fn there_is_no_such_day() {
    for (year, month, day) in
        [(2026, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0), (0, 1, 1)]
    {
        assert!(Date::new(year, month, day).is_err(), "{year}-{month}-{day}");
    }
    assert!(Date::new(2000, 2, 29).is_ok());
    assert!(Time::new(24, 0).is_err() && Time::new(0, 60).is_err());
}

#[test]
fn b148_styles() {
    let say = |text_, style| text(&number(Language::English, text_, style).expect("a number"));
    assert_eq!(say("105", Style::Integers), "one hundred and five");
    assert_eq!(say("+105", Style::Integers), "one hundred and five");
    assert_eq!(say("-105", Style::Integers), "minus one hundred and five");
    assert_eq!(say("007", Style::Integers), "seven");
    assert_eq!(say("12.50", Style::Integers), "twelve point five zero");
    assert_eq!(say("12.50", Style::Decimal), "twelve point five zero");
    assert_eq!(say("105", Style::Decimal), "one hundred and five");
    assert_eq!(say("-105.2", Style::Digits), "minus one zero five point two");
    assert_eq!(say("000", Style::Integers), "zero");
    assert_eq!(say("1000000000000000", Style::Integers), "one".to_owned() + &" zero".repeat(15));
    assert_eq!(text(&digits(Language::German, "0-1 x2")), "null eins zwei");
}

#[test]
fn b148_what_is_no_number() {
    for wrong in ["", "+", "-", ".", "1.", ".5", "1,5", "--1", "1.2.3", "1 2", "12a", "٣", "1e3", "−1"] {
        for style in [Style::Integers, Style::Decimal, Style::Digits] {
            assert_eq!(number(Language::English, wrong, style), Err(NotNumber), "{wrong:?}");
        }
    }
    assert!(number(Language::English, &"9".repeat(MAX_NUMBER), Style::Integers).is_ok());
    assert_eq!(number(Language::English, &"9".repeat(MAX_NUMBER + 1), Style::Integers), Err(NotNumber));
}

#[test]
fn sentences() {
    let say =
        |language, n| text(&sentence(language, Phrase::YouHave, counted(language, Noun::NewMessage, n)));
    assert_eq!(say(Language::English, 1), "You have one new message");
    assert_eq!(say(Language::German, 1), "Sie haben eine neue Nachricht");
    assert_eq!(say(Language::French, 0), "Vous avez zéro nouveau message");
    assert_eq!(say(Language::Arabic, 2), "لَدَيْكَ رِسَالَتَان جَدِيدَتَان");
    assert_eq!(say(Language::Arabic, 3), "لَدَيْكَ ثَلَاث رَسَائِل جَدِيدَة");
    assert_eq!(say(Language::Farsi, 3), "شما سه پیام جدید دارید.");
    assert_eq!(say(Language::Chinese, 2), "您有 两 条新留言");
}
