//! Normalises text for comparisons: case, width, accents and simplified Chinese characters.
//!
//! The result is only for comparing names and addresses of different sources. Users see the
//! original text.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Traditional and variant characters of names and addresses, in the order of [`SIMPLIFIED`].
const TRADITIONAL: &str = "\
    藥葯醫診療衛護號樓門鎮鄉區縣東廣國華龍濟壽連鎖責團業場灣豐興寶樂陽陳張黃劉趙楊吳鄭馬葉蘇盧鄧\
    許賢慶觀園環橋溝莊衖長萬億愛聖頤鶴麗銀鋪會與為來開關謝蕭韓鍾錢孫顧龔羅馮蔣賈鄒閻龐賴譚範鄔呂\
    湯嚴溫齊倫魯韋畢歐陸賀費單項喬駱閔強竇麥聶蘭藍應閆鄺塗儲勞鞏顏諸紀紅練協恆發財達運遠進選邁還\
    邊鄰鐵鋼錦鴻鵬鳳鳥魚鮮麵黨齡龜點頭頂順預領頻題願類風飛飯館養駿驗體髮鬆傳傑備優儀個倉側偉僑價\
    兒內兩冊凱劃劑劇勝務動勵勳匯廠歷厲廳參雙變員圍圓圖執報堅塊壇壩壯聲處複奧婦媽嬰學寧實寬審寫對\
    導尋專將爾層屬島峽嶺嶽巒帥師帳帶幣幫幹庫廈廟廚異彈當彌後徑從徵復憶戲戶掃換揚據擇撫擔擬擁攝數\
    斷於時晉晝暉曆曉曠書條極榮構標樞樣樹機檢權歡歲歸殘氣漢滿漁潔潤澤濱濕瀏灘滬漿淺涼淨減測渦淵渾\
    濃瀾瀋災煉煙熱燈營爐牆獎獨獻獲瑪瓊現畫電癥盡監盤眾碼礦禮禪種稱穀積穩筆節築簡糧紗紙紡細終組絡\
    統絲經綠維網綜緊線緣編總績織繼續纖聯職聽肅腎腦腫腸膚膠臨舊艷藝蒼蓋蓮薈薩蘋蘆虛蟲衝裝製見規視\
    親覺計訂訓記設訪評詢試詩話詳誠語誼調談請論諾講證識議譜讀讓豬貝負貢貨貴貿賓賞質購贊贛車軍軒軟\
    軸輔輝輪輸轉農過適遺遼郵醬釀釋針鈴鈺鉑鋒鋁錄錶鍋鍵鏡鐘鑒閘閣閩閱闊陝陰隊階際隨險難雜離雞雲靈\
    靜響頁須頌顯饒騰驛鬱鯉鰲鵝鷹鹽齒檳滄潛瀘灤瀟嶼巖嵐崗墾壘堯埡壟隴蕪萊薊蘄鄲鄖鄆臺裡裏產屆邨峯\
    溼衆麪綫羣啓啟鷄";

/// Simplified forms of the characters in [`TRADITIONAL`].
const SIMPLIFIED: &str = "\
    药药医诊疗卫护号楼门镇乡区县东广国华龙济寿连锁责团业场湾丰兴宝乐阳陈张黄刘赵杨吴郑马叶苏卢邓\
    许贤庆观园环桥沟庄弄长万亿爱圣颐鹤丽银铺会与为来开关谢萧韩钟钱孙顾龚罗冯蒋贾邹阎庞赖谭范邬吕\
    汤严温齐伦鲁韦毕欧陆贺费单项乔骆闵强窦麦聂兰蓝应闫邝涂储劳巩颜诸纪红练协恒发财达运远进选迈还\
    边邻铁钢锦鸿鹏凤鸟鱼鲜面党龄龟点头顶顺预领频题愿类风飞饭馆养骏验体发松传杰备优仪个仓侧伟侨价\
    儿内两册凯划剂剧胜务动励勋汇厂历厉厅参双变员围圆图执报坚块坛坝壮声处复奥妇妈婴学宁实宽审写对\
    导寻专将尔层属岛峡岭岳峦帅师帐带币帮干库厦庙厨异弹当弥后径从征复忆戏户扫换扬据择抚担拟拥摄数\
    断于时晋昼晖历晓旷书条极荣构标枢样树机检权欢岁归残气汉满渔洁润泽滨湿浏滩沪浆浅凉净减测涡渊浑\
    浓澜沈灾炼烟热灯营炉墙奖独献获玛琼现画电症尽监盘众码矿礼禅种称谷积稳笔节筑简粮纱纸纺细终组络\
    统丝经绿维网综紧线缘编总绩织继续纤联职听肃肾脑肿肠肤胶临旧艳艺苍盖莲荟萨苹芦虚虫冲装制见规视\
    亲觉计订训记设访评询试诗话详诚语谊调谈请论诺讲证识议谱读让猪贝负贡货贵贸宾赏质购赞赣车军轩软\
    轴辅辉轮输转农过适遗辽邮酱酿释针铃钰铂锋铝录表锅键镜钟鉴闸阁闽阅阔陕阴队阶际随险难杂离鸡云灵\
    静响页须颂显饶腾驿郁鲤鳌鹅鹰盐齿槟沧潜泸滦潇屿岩岚岗垦垒尧垭垄陇芜莱蓟蕲郸郧郓台里里产届村峰\
    湿众面线群启启鸡";

static SIMPLIFIED_OF: LazyLock<FxHashMap<char, char>> =
    LazyLock::new(|| TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect());

/// Normalises `text` for comparisons. Full-width characters and ligatures get their usual forms,
/// and letters become lower case. Latin, Greek and Cyrillic letters lose their accents, and
/// characters of [`TRADITIONAL`] become simplified. O(length of the text).
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) || is_kana_mark(*c)) {
        for c in c.to_lowercase().filter(|c| !is_combining_mark(*c) || is_kana_mark(*c)) {
            match c {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'þ' => folded.push_str("th"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'ħ' => folded.push('h'),
                'ı' => folded.push('i'),
                '’' | '‘' | 'ʼ' | '`' | '´' => folded.push('\''),
                c if is_han(c) => folded.push(*SIMPLIFIED_OF.get(&c).unwrap_or(&c)),
                c => folded.push(c),
            }
        }
    }
    folded
}

/// Returns whether `c` is a Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// Returns whether `c` is a kana sound mark. Such a mark changes the syllable, so it is not an
/// accent.
fn is_kana_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}')
}

/// Returns the words of a normalised text. A word is a run of letters and digits; it ends where
/// Chinese characters and other characters meet. Apostrophes are ignored.
pub(crate) fn words(folded: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in folded.chars() {
        if c == '\'' {
            continue;
        }
        let changes_script = word.chars().last().is_some_and(|last| is_han(last) != is_han(c));
        if !word.is_empty() && (changes_script || !c.is_alphanumeric()) {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

const HAN_DIGITS: &str = "〇一二三四五六七八九";

/// Returns whether `c` is part of a number in Chinese characters.
pub(crate) fn is_han_digit(c: char) -> bool {
    HAN_DIGITS.contains(c) || c == '十' || c == '百'
}

/// Reads a number that is written in digits, or in Chinese characters if it is below 1000.
pub(crate) fn number_of(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (mut total, mut digit) = (0, None);
    for c in text.chars() {
        match c {
            '十' => total = tens(total, digit.take(), 10)?,
            '百' => total = tens(total, digit.take(), 100)?,
            c => {
                let c = if c == '零' { '〇' } else { c };
                let at = HAN_DIGITS.chars().position(|known| known == c)?;
                let value = u32::try_from(at).ok()?;
                digit = Some(match digit {
                    None => value,
                    Some(tens) => u32::checked_mul(tens, 10)?.checked_add(value)?,
                });
            }
        }
    }
    u32::checked_add(total, digit.unwrap_or(0))
}

/// Returns `total` plus `digit` times `unit`. If the digit is missing, it counts as 1.
fn tens(total: u32, digit: Option<u32>, unit: u32) -> Option<u32> {
    digit.unwrap_or(1).checked_mul(unit)?.checked_add(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_accents_and_traditional_characters_do_not_count() {
        assert_eq!(fold("ＢＯＯＴＳ　１２"), "boots 12");
        assert_eq!(fold("Għajnsielem, Triq il-Ħut, Żebbuġ"), "ghajnsielem, triq il-hut, zebbug");
        assert_eq!(fold("Straße Łódź Þór Café"), "strasse lodz thor cafe");
        assert_eq!(fold("廣東國藥大藥房"), "广东国药大药房");
        assert_eq!(fold("ガ"), "ガ".nfkd().collect::<String>());
    }

    #[test]
    fn every_traditional_character_has_one_simplified_form() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        assert_eq!(SIMPLIFIED_OF.len(), TRADITIONAL.chars().count());
        assert!(SIMPLIFIED.chars().all(|c| !SIMPLIFIED_OF.contains_key(&c)));
        assert_eq!(fold("鍾錢孫顧龔羅韓蕭謝"), "钟钱孙顾龚罗韩萧谢");
    }

    #[test]
    fn words_are_cut_at_punctuation_and_between_scripts() {
        assert_eq!(words("hemensley's, no.2/st.john"), ["hemensleys", "no", "2", "st", "john"]);
        assert_eq!(words("a7药房(科技园店)"), ["a7", "药房", "科技园店"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_read_in_chinese_characters_too() {
        for (text, number) in [
            ("12", Some(12)),
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("一百零五", Some(105)),
            ("十二号", None),
            ("三", Some(3)),
            ("", None),
            ("一一一一一一一一一一一一", None),
            ("九九九九九九九九九百", None),
        ] {
            assert_eq!(number_of(text), number, "{text}");
        }
    }
}
