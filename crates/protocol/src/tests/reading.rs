//! R-IN, a line of the rule to a test: how one message is read.

use super::{check, element};
use crate::attributes;

/// What the tag `<INFO …>` of a PLAY_VOICE_FILE says, whatever the pieces in which it comes.
fn reads(tag: &str, attributes: &str) {
    reads_bytes(tag.as_bytes(), attributes);
}

fn reads_bytes(tag: &[u8], attributes: &str) {
    let message = [b"<PLAY_VOICE_FILE>\n<INFO ", tag, b"\n</INFO>\n</PLAY_VOICE_FILE>\n"].concat();
    check(&message, format!("PLAY_VOICE_FILE/INFO {attributes}").trim_end());
}

#[test]
fn well_formed_xml_is_taken_as_such() {
    reads(r#"MSGID="a1" FILE1="x">"#, r#"MSGID="a1" FILE1="x""#);
    reads(r#"MSGID='a1' FILE1 = "x" >"#, r#"MSGID="a1" FILE1="x""#);
    reads(r#"MSGID="a > b" FILE1="say ”hi“, he said">"#, r#"MSGID="a > b" FILE1="say ”hi“, he said""#);
    reads(r#"MSGID="it's" FILE1='6" nail'>"#, r#"MSGID="it's" FILE1="6\" nail""#);
    reads(r#"MSGID="a NAME=" FILE1="x">"#, r#"MSGID="a NAME=" FILE1="x""#);
    reads(r#"MSGID="R&D > Q&A ”x" FILE1="1 < 2">"#, r#"MSGID="R&D > Q&A ”x" FILE1="1 < 2""#);
    reads(">", "");
}

#[test]
fn references_are_read_and_others_are_left() {
    reads(r#"MSGID="&lt;&gt;&amp;&quot;&apos;">"#, r#"MSGID="<>&\"'""#);
    reads(r#"MSGID="&#65;&#x42;&#X43;">"#, r#"MSGID="ABC""#);
    reads("MSGID=”AT&amp;T”>", r#"MSGID="AT&T""#);
    reads(r#"MSGID="AT&T" FILE1="&lol9;">"#, r#"MSGID="AT&T" FILE1="&lol9;""#);
    reads(r#"MSGID="&#0;&#xD800;&#x110000;&#;&;&">"#, "MSGID=\"\u{fffd}&#xD800;&#x110000;&#;&;&\"");
}

#[test]
fn typographic_quotes_open_and_close_in_any_combination() {
    for (open, close) in [("”", "”"), ("“", "”"), ("\"", "”"), ("”", "\""), ("“", "“")] {
        let tag = format!("MSGID={open}a1{close} FILE1={open}x y{close}>");
        reads(&tag, r#"MSGID="a1" FILE1="x y""#);
    }
}

#[test]
fn windows_1252_is_read_where_the_input_is_not_utf_8() {
    reads_bytes(b"MSGID=\x94a1\x94 FILE1=\x93caf\xe9\x94>", r#"MSGID="a1" FILE1="café""#);
    reads_bytes(b"MSGID=\"\x80\x81\x9f\">", "MSGID=\"€\\u{81}Ÿ\"");
}

#[test]
fn an_unterminated_value_ends_before_the_next_attribute() {
    reads("MSGID=”a1 FILE1=”x”>", r#"MSGID="a1" FILE1="x""#);
    reads("A=”x=” B=”1”>", r#"A="x=" B="1""#);
    reads("EVENT=”EOF\nEVENT=”3”>", r#"EVENT="EOF" EVENT="3""#);
    reads("MSGID=\"a1 b\t FILE1 = \"x\">", r#"MSGID="a1 b" FILE1="x""#);
}

#[test]
fn an_unterminated_value_ends_with_the_tag() {
    reads("MSGID=”a1” STATUS=”INVALID DNIS>", r#"MSGID="a1" STATUS="INVALID DNIS""#);
    reads("MSGID=”a1” TRUNK_PORT=”7", r#"MSGID="a1" TRUNK_PORT="7""#);
    reads("MSGID='a1", r#"MSGID="a1""#);
    reads("MSGID=\"", r#"MSGID="""#);
}

#[test]
fn a_doubled_quote_is_passed_over() {
    reads("AGENT_PORT=\"7””>", r#"AGENT_PORT="7""#);
    reads("A=”1”” B=”2”>", r#"A="1" B="2""#);
}

#[test]
fn commas_between_attributes_are_white_space() {
    reads("MSGID=”a1”, FILE1=”x”,>", r#"MSGID="a1" FILE1="x""#);
    reads(r#"MSGID="a1",FILE1="x,y">"#, r#"MSGID="a1" FILE1="x,y""#);
}

#[test]
fn the_start_tag_may_lack_its_end() {
    reads(r#"MSGID="a1" FILE1="x""#, r#"MSGID="a1" FILE1="x""#);
    reads("MSGID=”a1”\n", r#"MSGID="a1""#);
}

#[test]
fn attributes_behind_a_premature_end_are_attributes() {
    reads("MSGID=”a1”> STATUS=”SUCCESS,\nFAILED”>", r#"MSGID="a1" STATUS="SUCCESS, FAILED""#);
    reads(r#"MSGID="a1"> STATUS="SUCCESS">"#, r#"MSGID="a1" STATUS="SUCCESS""#);
}

#[test]
fn attributes_need_no_quotes_and_no_blanks() {
    reads("MSGID=a1 FILE1=C:\\X.VOX>", r#"MSGID="a1" FILE1="C:\\X.VOX""#);
    reads("MSGID= FILE1=x, MODE=y>", r#"MSGID="" FILE1="x" MODE="y""#);
    reads(r#"MSGID="a1"FILE1="x">"#, r#"MSGID="a1" FILE1="x""#);
    reads("hello MSGID=”a1” world 5 = 6>", r#"MSGID="a1" 5="6""#);
}

#[test]
fn names_compare_without_case() {
    let message = b"<Play_Voice_File><info msgid=\"a1\" Trunk_Port=\"04\"></Info></PLAY_voice_FILE>";
    check(message, r#"PLAY_VOICE_FILE/INFO MSGID="a1" TRUNK_PORT="04""#);
}

#[test]
fn white_space_in_values_collapses() {
    reads("MSGID=\"  a \r\n\t b  \">", r#"MSGID="a b""#);
    reads("MSGID=” Port Number”>", r#"MSGID="Port Number""#);
}

#[test]
fn characters_that_xml_forbids_are_replaced() {
    reads("MSGID=\"a\u{1}b\u{fffe}c\u{7f}\">", "MSGID=\"a\u{fffd}b\u{fffd}c\\u{7f}\"");
    reads("MSGID=\"a\u{ffff}\">", "MSGID=\"a\u{fffd}\"");
    reads("MSGID=\"ﬁnd\">", r#"MSGID="ﬁnd""#);
}

#[test]
fn an_empty_value_equals_an_absent_attribute() {
    let element = element(b"<HOLD><INFO MSGID=\"\" MISGID=\"a1\" FILE1=\"  \"></INFO></HOLD>");
    assert_eq!(element.get("FILE1"), None);
    assert_eq!(element.get("MODE"), None);
    assert_eq!(element.msgid(), "a1", "the alias speaks where the name itself is empty");
}

#[test]
fn of_a_repeated_attribute_the_first_counts_and_the_others_are_exposed() {
    let element = element("<MUTE><INFO EVENT=”EOF EVENT=”3” A=\"1\" EVENT=\"4\"></INFO></MUTE>".as_bytes());
    assert_eq!(element.get("EVENT"), Some("EOF"));
    assert_eq!(element.repeated("EVENT").collect::<Vec<_>>(), ["3", "4"]);
    assert_eq!(element.repeated("A").count(), 0);
}

#[test]
fn every_printed_name_of_msgid_is_one() {
    for name in ["MSGID", "MISGID", "MESSAGEID", "MESSAGE_ID", "MsgId"] {
        let element = element(format!("<MUTE><INFO {name}=\"a1\"></INFO></MUTE>").as_bytes());
        assert_eq!(element.msgid(), "a1", "{name}");
    }
}

#[test]
fn nothing_comes_of_text_without_attributes() {
    for text in ["", " ", "=", "==", "\"", "” “", "< >", "&", "a", "a b=", "é=”x”"] {
        let mut element = crate::Element::holding("A", text, 0);
        attributes::read(text, 0, &mut element);
        assert!(
            element.attributes().all(|(_, value)| value.is_empty() || value == "x"),
            "{text}: {element:?}"
        );
    }
}
