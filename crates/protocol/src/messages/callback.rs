//! Calling two parties and joining them.

use crate::{Keyword, Text};

messages! { ($) callback

/// Calls a subscriber back and joins him with the number he wants; without a second number he gets dial tone
/// and dials himself. What comes of it is in the call records, not on the link.
Callback = CALLBACK / INITIATE, Request to Server {
    /// Transaction id, repeated in the answer.
    required msgid: Text = MSGID [4..=50],
    /// The subscriber's mailbox or account.
    optional boxno: Option<Text> = BOXNO [1..=10],
    /// The subscriber's number, which is called first.
    required leg_one_no: Option<Text> = LEG_ONE_NO [3..=14],
    /// The number that he is joined with.
    optional leg_two_no: Option<Text> = LEG_TWO_NO [1..=14],
    /// The calling number to show.
    optional ani: Option<Text> = ANI [4..=10],
    /// How the subscriber pays.
    required acct_type: Option<Keyword<CallbackAcctType>> = ACCT_TYPE [1..=1] words CallbackAcctType {
        /// In advance.
        Prepaid = "1",
        /// By invoice.
        Postpaid = "2",
    },
    /// Whether he hears his balance first.
    optional play_balance: Option<Keyword<CallbackPlayBalance>> = PLAY_BALANCE [1..=1] words CallbackPlayBalance {
        /// He does not.
        No = "0",
        /// He does, if he pays in advance and no second number is given.
        Yes = "1",
    },
    /// The balance, in hundredths.
    optional balance: Option<Text> = BALANCE [1..=9],
    /// The language of what he hears; English when absent.
    optional language: Option<Keyword<CallbackLanguage>> = LANGUAGE [1..=2] words CallbackLanguage {
        /// English.
        English = "0",
        /// Spanish.
        Spanish = "1",
        /// French.
        French = "2",
        /// German.
        German = "3",
        /// Arabic.
        Arabic = "4",
        /// Farsi.
        Farsi = "5",
        /// Chinese.
        Chinese = "6",
    },
    /// The currency of the balance; dollars when absent.
    optional currency: Option<Keyword<CallbackCurrency>> = CURRENCY [1..=2] words CallbackCurrency {
        /// Dollars and cents.
        Dollars = "0",
        /// Pesos and centavos.
        Pesos = "1",
        /// Euros and cents.
        Euros = "2",
        /// Pounds and pence.
        Pounds = "3",
        /// Francs and centimes.
        Francs = "4",
        /// Rupees and paisa.
        Rupees = "5",
        /// Dinar and fils.
        Dinar = "6",
    },
    /// How long the call may last, in seconds.
    optional duration: Option<Text> = DURATION [1..=9];
    example r#"MSGID="CB-2101" LEG_ONE_NO="6095550142" LEG_TWO_NO="2015550100" ACCT_TYPE="2" DURATION="600""#;
    decisions ["C02", "C38", "C39", "D11", "D17", "L04", "L07", "L21", "N22", "U17", "U18", "U110"];
}

/// Says whether the first number is being called.
CallbackResponse = CALLBACK / INITIATE_RESPONSE | RESPONSE, Response to Application {
    /// That of the request.
    required msgid: Text = MSGID,
    /// The outcome of the checks.
    required status: CallbackStatus = STATUS refused "FAILED" words CallbackStatus {
        /// It is.
        Success = "SUCCESS",
        /// One of the numbers has more digits than may be dialled.
        NumberTooLong = "NUMBER_TOO LONG" corrected "NUMBER_TOO_LONG" accepts ["NUMBER_ TOO LONG"],
        /// The request lacks what it needs or cannot be carried out.
        Failed = "FAILED",
        /// There is no such mailbox.
        InvalidBoxNo = "INVALID_BOX_NO" corrected "INVALID_MAILBOX",
        /// The first number is none.
        InvalidLegOneNo = "INVALID_LEG_ONE_NO",
    };
    example r#"MSGID="CB-2101" STATUS="SUCCESS""#;
    decisions ["A28", "D05", "L21", "N03", "S17", "U108"];
}

}
