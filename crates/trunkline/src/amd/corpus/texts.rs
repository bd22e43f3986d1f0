//! What people say when they answer, and what they leave on their machines, in seven languages.

/// A language, its voices, and what is said in it.
pub(super) struct Language {
    /// ISO 639-1.
    pub(super) code: &'static str,
    /// The voices of espeak-ng that speak it.
    pub(super) voices: &'static [&'static str],
    /// What a person says, one or two words first and then, from [`Language::longer`] on, more.
    pub(super) hellos: &'static [&'static str],
    /// Where the longer hellos begin.
    pub(super) longer: usize,
    /// What a machine says, sentence by sentence.
    pub(super) greetings: &'static [&'static [&'static str]],
}

/// The voices that espeak-ng makes of each of its languages.
pub(super) const VARIANTS: &[&str] = &[
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "Alex", "Andy", "Annie",
    "Gene", "Lee", "Michael", "Mike", "adam", "anika", "aunty", "belinda", "benjamin", "boris", "caleb",
    "david", "ed", "edward", "grandma", "grandpa", "iven", "john", "linda", "marcelo", "max", "miguel",
    "norbert", "pablo", "paul", "quincy", "robert", "sandro", "shelby", "steph", "travis", "victor", "zac",
];

/// Sentences for the people in the background.
pub(super) const CHATTER: &[(&str, &str)] = &[
    ("en-us", "So I told him that we would be there by noon and he said fine but bring the papers"),
    ("en-gb", "The other one is better if you ask me but nobody ever does and so it goes on and on"),
    ("es", "Mañana vamos a la playa con los niños y después comemos algo en casa de mi hermana"),
    ("fr-fr", "On a pris le train de huit heures et il y avait tellement de monde que j'étais debout"),
    ("de", "Und dann haben wir noch den ganzen Abend im Garten gesessen und über früher geredet"),
    ("fa", "دیروز با بچه‌ها رفتیم بیرون و تا شب برنگشتیم خانه چون هوا خیلی خوب بود"),
];

const ENGLISH: Language = Language {
    code: "en",
    voices: &["en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-us-nyc"],
    hellos: &[
        "Hello?",
        "Hello.",
        "Hi.",
        "Yes?",
        "Yeah?",
        "Speaking.",
        "Hello, Maria.",
        "Peter Brown.",
        "Good morning.",
        "Hi, Susan.",
        "Hello, who's there?",
        "Yes, hello, speaking.",
        "Hello, this is Linda.",
        "Good afternoon, Baker Street.",
    ],
    longer: 10,
    greetings: &[
        &[
            "Hi, you've reached the Hendersons.",
            "We can't come to the phone right now.",
            "Please leave your name and number after the beep.",
        ],
        &[
            "Hello, this is Karen.",
            "I'm either on the phone or away from my desk.",
            "Leave a message and I'll call you back.",
        ],
        &[
            "You have reached the voice mailbox of seven three two, two nine zero, one nine zero zero.",
            "At the tone, please record your message.",
        ],
        &[
            "Thank you for calling Walker and Sons.",
            "Our office is closed at the moment.",
            "Our hours are Monday to Friday, nine to five.",
        ],
        &["Hey, it's Tom, I'm not here, you know what to do."],
        &["The person you are calling is not available.", "Please leave a message after the tone."],
        &[
            "Sorry we missed you.",
            "Nobody is home just now, so tell us who you are and what you want, and we will get back to you.",
        ],
        &[
            "This is the answering machine of Doctor Lewis.",
            "If this is an emergency, hang up and dial the hospital.",
            "Otherwise wait for the beep.",
        ],
        &[
            "Your call has been forwarded to an automatic voice messaging system.",
            "Six zero nine, five five five, zero one four two, is not available.",
        ],
        &[
            "Hi there, I can't take your call right now, but if you leave your name, I'll ring you as soon as I can. Thanks, bye.",
        ],
    ],
};

const SPANISH: Language = Language {
    code: "es",
    voices: &["es", "es-419"],
    hellos: &[
        "¿Diga?",
        "¿Dígame?",
        "¿Sí?",
        "¿Hola?",
        "¿Bueno?",
        "¿Aló?",
        "Hola, buenas.",
        "Buenos días.",
        "Sí, diga.",
        "¿Quién es?",
        "¿Sí, con quién hablo?",
        "Hola, buenas tardes, dígame.",
    ],
    longer: 10,
    greetings: &[
        &[
            "Hola, has llamado a casa de los García.",
            "Ahora no podemos atenderte.",
            "Deja tu mensaje después de la señal.",
        ],
        &[
            "Este es el contestador de Lucía.",
            "En este momento no estoy en casa.",
            "Por favor, deja tu nombre y tu teléfono.",
        ],
        &[
            "El número que usted ha marcado no está disponible.",
            "Puede dejar un mensaje después de oír la señal.",
        ],
        &["Gracias por llamar a Talleres Romero.", "Nuestro horario es de nueve a dos y de cuatro a ocho."],
        &["Hola, soy Pablo, ahora mismo no puedo contestar, dime algo después del pitido."],
        &["Buzón de voz del seis uno dos, tres cuatro cinco, seis siete ocho.", "Grabe su mensaje."],
        &["Lo sentimos, todos están ocupados o han salido.", "Llame más tarde o deje un mensaje."],
        &["Ha llamado usted a la consulta de la doctora Vidal.", "Si es urgente, llame al hospital."],
    ],
};

const FRENCH: Language = Language {
    code: "fr",
    voices: &["fr-fr", "fr-be", "fr-ch"],
    hellos: &[
        "Allô?",
        "Oui?",
        "Allô oui?",
        "Bonjour.",
        "Oui, bonjour.",
        "Madame Petit.",
        "Oui allô?",
        "Bonsoir.",
        "Pierre Martin.",
        "J'écoute.",
        "Allô, qui est-ce?",
        "Oui bonjour, je vous écoute.",
    ],
    longer: 10,
    greetings: &[
        &[
            "Bonjour, vous êtes bien chez la famille Moreau.",
            "Nous sommes absents pour le moment.",
            "Laissez-nous un message après le bip.",
        ],
        &["Salut, c'est Julie.", "Je ne suis pas disponible, mais vous pouvez me laisser un message."],
        &[
            "Vous êtes sur la messagerie vocale du zéro six, douze, trente-quatre, cinquante-six.",
            "Parlez après le signal sonore.",
        ],
        &["Le correspondant que vous demandez n'est pas joignable.", "Veuillez laisser votre message."],
        &[
            "Merci d'avoir appelé le garage Lambert.",
            "Nos bureaux sont ouverts du lundi au vendredi, de huit heures à midi.",
        ],
        &["Je ne peux pas répondre tout de suite, alors dites-moi qui vous êtes et je vous rappelle, merci."],
        &[
            "Cabinet du docteur Fournier, bonjour.",
            "Le cabinet est fermé.",
            "En cas d'urgence, appelez le quinze.",
        ],
        &["Ici le répondeur de Marc et Sophie.", "On n'est pas là, à vous de parler."],
    ],
};

const GERMAN: Language = Language {
    code: "de",
    voices: &["de"],
    hellos: &[
        "Hallo?",
        "Ja?",
        "Ja, hallo?",
        "Schneider.",
        "Guten Tag.",
        "Müller, hallo?",
        "Ja bitte?",
        "Hallo, Katrin.",
        "Weber?",
        "Bitte?",
        "Ja, wer ist da?",
        "Praxis Becker, guten Tag.",
    ],
    longer: 10,
    greetings: &[
        &[
            "Guten Tag, hier ist der Anschluss von Familie Hoffmann.",
            "Wir sind leider nicht zu Hause.",
            "Bitte hinterlassen Sie eine Nachricht nach dem Ton.",
        ],
        &[
            "Hallo, hier ist die Mailbox von Stefan.",
            "Ich bin gerade nicht erreichbar.",
            "Sprechen Sie nach dem Piep.",
        ],
        &[
            "Der gewünschte Gesprächspartner ist zur Zeit nicht erreichbar.",
            "Sie können jetzt eine Nachricht aufsprechen.",
        ],
        &[
            "Willkommen bei der Firma Krüger.",
            "Sie rufen außerhalb unserer Geschäftszeiten an.",
            "Wir sind von acht bis siebzehn Uhr für Sie da.",
        ],
        &["Tja, keiner da, aber nach dem Signal können Sie gern sagen, wer Sie sind und was Sie möchten."],
        &[
            "Sie sind verbunden mit null eins sieben eins, zwei drei vier fünf sechs.",
            "Bitte sprechen Sie jetzt.",
        ],
        &[
            "Hier ist der automatische Anrufbeantworter der Praxis Doktor Lang.",
            "In dringenden Fällen wählen Sie den Notdienst.",
        ],
        &[
            "Hi, ich bin's, Jana.",
            "Ich kann gerade nicht ran gehen, ruf einfach später noch mal an oder sag mir, was los ist.",
        ],
    ],
};

const ARABIC: Language = Language {
    code: "ar",
    voices: &["ar"],
    hellos: &[
        "ألو؟",
        "نعم؟",
        "مرحبا.",
        "أهلا.",
        "ألو، نعم؟",
        "السلام عليكم.",
        "ألو، مرحبا.",
        "صباح الخير.",
        "تفضل.",
        "أهلا وسهلا.",
        "ألو، من معي؟",
        "نعم، تفضل، من المتكلم؟",
    ],
    longer: 10,
    greetings: &[
        &["مرحبا، لقد اتصلت بمنزل عائلة حداد.", "نحن لسنا في البيت الآن.", "اترك رسالة بعد الصافرة."],
        &["أهلا، أنا سامي.", "لا أستطيع الرد على الهاتف الآن، اترك اسمك ورقمك من فضلك."],
        &["الشخص الذي تحاول الاتصال به غير متاح حاليا.", "الرجاء ترك رسالة بعد سماع الصافرة."],
        &[
            "شكرا لاتصالكم بشركة النور.",
            "مكاتبنا مغلقة الآن.",
            "ساعات العمل من الثامنة صباحا حتى الرابعة مساء.",
        ],
        &["هذا هو المجيب الآلي لعيادة الدكتور منصور.", "في الحالات الطارئة اتصل بالمستشفى."],
        &["صندوق البريد الصوتي للرقم خمسة ستة سبعة، ثمانية تسعة صفر.", "سجل رسالتك الآن."],
        &["لا أحد هنا الآن، قل من أنت وماذا تريد وسوف أتصل بك لاحقا إن شاء الله."],
        &["عذرا، جميع الموظفين مشغولون.", "حاول مرة أخرى بعد قليل أو اترك رسالة."],
    ],
};

const PERSIAN: Language = Language {
    code: "fa",
    voices: &["fa"],
    hellos: &[
        "الو؟",
        "بله؟",
        "سلام.",
        "بفرمایید.",
        "الو، بله؟",
        "الو، سلام.",
        "جانم؟",
        "بله، بفرمایید.",
        "کریمی هستم.",
        "سلام، بفرمایید.",
        "الو، شما کی هستید؟",
        "سلام، روز بخیر، بفرمایید.",
    ],
    longer: 10,
    greetings: &[
        &["سلام، شما با منزل رضایی تماس گرفته‌اید.", "الان خانه نیستیم.", "لطفا بعد از بوق پیغام بگذارید."],
        &["سلام، من نرگس هستم.", "الان نمی‌توانم جواب بدهم، لطفا پیام خود را بگذارید."],
        &["مشترک مورد نظر در دسترس نمی‌باشد.", "لطفا پس از شنیدن صدای بوق پیغام خود را بگذارید."],
        &["با تشکر از تماس شما با شرکت آسمان.", "ساعت کار ما از هشت صبح تا چهار بعد از ظهر است."],
        &["این پیغام‌گیر مطب دکتر احمدی است.", "در موارد ضروری با بیمارستان تماس بگیرید."],
        &["صندوق صوتی شماره نهصد و دوازده، سیصد و چهل و پنج.", "پیام خود را ضبط کنید."],
        &["کسی خانه نیست، بگویید کی هستید و چه کار دارید تا بعدا به شما زنگ بزنم."],
        &["متاسفانه همه همکاران ما مشغول هستند.", "لطفا بعدا تماس بگیرید یا پیغام بگذارید."],
    ],
};

// In Pinyin, as espeak-ng is often packaged without the dictionary of the characters.
const CHINESE: Language = Language {
    code: "zh",
    voices: &["cmn-latn-pinyin"],
    hellos: &[
        "wei2",
        "wei4",
        "ni3 hao3",
        "wei2, ni3 hao3",
        "nin2 hao3",
        "na3 wei4",
        "zao3 shang4 hao3",
        "shi4 wo3",
        "zhang1 wei3",
        "wei2, na3 wei4",
        "ni3 hao3, qing3 wen4 shei2 a5",
        "wei2, ni3 hao3, qing3 jiang3",
    ],
    longer: 10,
    greetings: &[
        &[
            "ni3 hao3, zhe4 li3 shi4 wang2 jia1.",
            "wo3 men5 xian4 zai4 bu4 zai4 jia1.",
            "qing3 zai4 bi1 sheng1 zhi1 hou4 liu2 yan2.",
        ],
        &["wo3 shi4 li3 ming2.", "xian4 zai4 bu4 neng2 jie1 ting1 nin2 de5 dian4 hua4, qing3 liu2 yan2."],
        &[
            "nin2 bo1 da3 de5 yong4 hu4 zan4 shi2 wu2 fa3 jie1 tong1.",
            "qing3 zai4 ti2 shi4 yin1 hou4 liu2 xia4 nin2 de5 xin4 xi1.",
        ],
        &[
            "gan3 xie4 nin2 zhi4 dian4 hong2 xing1 gong1 si1.",
            "xian4 zai4 shi4 xia4 ban1 shi2 jian1.",
            "wo3 men5 de5 ying2 ye4 shi2 jian1 shi4 zao3 shang4 jiu3 dian3 dao4 xia4 wu3 wu3 dian3.",
        ],
        &[
            "zhe4 li3 shi4 chen2 yi1 sheng1 zhen3 suo3 de5 zi4 dong4 da1 lu4 ji1.",
            "ru2 you3 ji2 zheng4 qing3 da3 yi1 yuan4 dian4 hua4.",
        ],
        &[
            "nin2 yi3 jin4 ru4 yu3 yin1 xin4 xiang1.",
            "hao4 ma3 yi1 san1 ba1, liu4 wu3 si4 er4.",
            "qing3 kai1 shi3 lu4 yin1.",
        ],
        &[
            "mei2 ren2 zai4 jia1, qing3 shuo1 nin2 shi4 shei2, you3 shen2 me5 shi4, wo3 hui2 lai2 gei3 nin2 hui2 dian4 hua4.",
        ],
        &["dui4 bu4 qi3, suo3 you3 zuo4 xi2 dou1 zai4 mang2.", "qing3 shao1 hou4 zai4 bo1 huo4 liu2 yan2."],
    ],
};

/// All of them.
pub(super) const LANGUAGES: [&Language; 7] =
    [&ENGLISH, &SPANISH, &FRENCH, &GERMAN, &ARABIC, &PERSIAN, &CHINESE];

/// What the network says after its tones, in the first of the languages.
pub(super) const INTERCEPTS: &[&str] = &[
    "We're sorry, the number you have dialed is not in service. Please check the number and dial again.",
    "Your call cannot be completed as dialed.",
    "All circuits are busy now. Please try your call again later.",
    "The number you have reached has been disconnected.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_enough_to_be_split_in_two() {
        for language in LANGUAGES {
            assert!(
                language.longer >= 8 && language.hellos.len() >= language.longer + 2,
                "{}",
                language.code
            );
            assert!(language.greetings.len() >= 8, "{}", language.code);
            for hello in &language.hellos[..language.longer] {
                let words = hello.split_whitespace().count();
                assert!(words <= 3, "{hello}");
            }
        }
    }
}
