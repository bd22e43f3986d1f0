//! The protocol as an XML schema: what the server writes, and what an application had best write.
//!
//! The server reads far more than the schema admits (aliases, other spellings, misprints), and no message is
//! refused for a length, so lengths are told in words only.

use super::{in_order, joined, push};
use crate::Spelling;
use crate::declaration::{AttributeDeclaration, Declaration, Need, Side, WordDeclaration};

const OPENING: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:annotation>
    <xs:documentation>Generated from the declarations in crates/protocol by
      `cargo run -p protocol --example schema`. Edit those, not this file.</xs:documentation>
  </xs:annotation>
  <xs:simpleType name="nothing">
    <xs:annotation><xs:documentation>White space: all is said in attributes.</xs:documentation></xs:annotation>
    <xs:restriction base="xs:token"><xs:length value="0"/></xs:restriction>
  </xs:simpleType>
"#;

/// The whole schema in this spelling: what `docs/protocol.xsd` holds in that of the memorandum.
#[must_use]
pub fn schema(spelling: Spelling) -> String {
    let mut page = String::from(OPENING);
    for messages in in_order().chunk_by(|one, next| one.root == next.root) {
        push(
            &mut page,
            format_args!(
                "  <xs:element name=\"{}\">\n    <xs:complexType>\n      <xs:choice>\n",
                messages[0].root
            ),
        );
        messages.iter().for_each(|message| child(message, spelling, &mut page));
        page.push_str("      </xs:choice>\n    </xs:complexType>\n  </xs:element>\n");
    }
    page.push_str("</xs:schema>\n");
    page
}

fn child(message: &Declaration, spelling: Spelling, page: &mut String) {
    let way = match message.to {
        Side::Server => "Application to server.",
        Side::Application => "Server to application.",
    };
    push(page, format_args!("        <xs:element name=\"{}\">\n", message.child));
    push(page, format_args!("          {}\n", documentation(&format!("{way} {}", joined(message.about)))));
    page.push_str("          <xs:complexType>\n            <xs:simpleContent>\n");
    page.push_str("              <xs:extension base=\"nothing\">\n");
    for declared in message.attributes {
        for name in declared.written_as(spelling) {
            attribute(name, declared, spelling, page);
        }
    }
    page.push_str("              </xs:extension>\n            </xs:simpleContent>\n");
    page.push_str("          </xs:complexType>\n        </xs:element>\n");
}

fn attribute(name: &str, declared: &AttributeDeclaration, spelling: Spelling, page: &mut String) {
    let mut about = joined(declared.about);
    if let Some((min, max)) = declared.limits {
        push(&mut about, format_args!(" ({min} to {max} characters)"));
    }
    let needed = if declared.need == Need::Required { " use=\"required\"" } else { "" };
    let about = documentation(&about);
    // A list may hold other text beside its words.
    let Some(words) = declared.words.filter(|_| !declared.list) else {
        push(
            page,
            format_args!(
                "                <xs:attribute name=\"{name}\" type=\"xs:string\"{needed}>{about}</xs:attribute>\n"
            ),
        );
        return;
    };
    push(page, format_args!("                <xs:attribute name=\"{name}\"{needed}>{about}\n"));
    page.push_str(
        "                  <xs:simpleType>\n                    <xs:restriction base=\"xs:string\">\n",
    );
    words.iter().for_each(|word| enumeration(word, spelling, page));
    page.push_str("                    </xs:restriction>\n                  </xs:simpleType>\n");
    page.push_str("                </xs:attribute>\n");
}

fn enumeration(word: &WordDeclaration, spelling: Spelling, page: &mut String) {
    let text = word.text(spelling);
    let about = documentation(&joined(word.about));
    push(
        page,
        format_args!("                      <xs:enumeration value=\"{text}\">{about}</xs:enumeration>\n"),
    );
}

fn documentation(about: &str) -> String {
    let about = about.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<xs:annotation><xs:documentation>{about}</xs:documentation></xs:annotation>")
}
