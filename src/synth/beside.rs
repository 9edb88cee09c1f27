//! What happens beside the cases of a made-up year: enquiries (群众咨询) and campaigns (专项督察).

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::dice::Dice;
use super::season::moment;
use super::story::Teller;
use crate::intake::{Category, Channel};
use crate::place::Code;

/// For each so many tips somebody asks something and reports nothing.
const TIPS_AN_ENQUIRY: u32 = 250;
/// Fewest enquiries of a year, so that a small one shows some.
const MIN_ENQUIRIES: u32 = 6;
/// Out of a thousand enquiries so many still wait for an answer.
const UNANSWERED: u64 = 90;
/// The stream of the dice for what is told here; stories count up from 0, arrivals take the last.
const STREAM: u64 = u64::MAX - 1;

/// An enquiry.
#[derive(Clone, Debug)]
pub struct Enquiry {
    /// When it is asked.
    pub at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// What it is about.
    pub category: Category,
    /// The question.
    pub text: &'static str,
    /// The answer, given at once; `None` while it waits for one.
    pub answer: Option<&'static str>,
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// When it is opened.
    pub at: DateTime<Utc>,
    /// What it is called.
    pub name: &'static str,
    /// Where.
    pub divisions: Vec<Code>,
    /// A category or a field.
    pub about: &'static str,
    /// First day.
    pub from: NaiveDate,
    /// Last day, perhaps after the year.
    pub to: NaiveDate,
    /// What it is about, for everybody to read.
    pub text: &'static str,
}

/// Question, category, answer.
#[rustfmt::skip]
const QUESTIONS: [(&str, &str, &str); 10] = [
    ("自家承包地里能不能盖看护房，要办什么手续？", "land.cultivated",
     "设施农业用地须向乡镇备案，不得占用永久基本农田；面积以当地规定为准。"),
    ("农村宅基地重新翻建，原址不变还要审批吗？", "land.housing",
     "原址翻建也须申请宅基地和建房审批，由乡镇人民政府受理。"),
    ("怎样查询一块地是不是永久基本农田？", "land.other",
     "可到县级自然资源主管部门查询国土空间规划“一张图”，也可在线申请。"),
    ("举报以后多久能得到答复？", "land.other",
     "受理后在规定期限内核查处置，处置之后五个工作日内答复；凭编号和查询码可随时查看进度。"),
    ("村里修路取土需要办采矿许可吗？", "mineral.licence",
     "为公益工程自用的普通砂石粘土有专门规定，请先向县级主管部门咨询，不得销售。"),
    ("临时用地到期以后谁负责复垦？", "land.reclaim",
     "由临时用地使用人负责，复垦费用预存专户，验收合格后返还。"),
    ("山上出现裂缝，应该先打哪个电话？", "hazard.geological",
     "情况紧急请先撤离，并拨打当地应急电话和 12336；本线按危及生命的事项优先派单。"),
    ("匿名举报会不会泄露我的电话？", "land.other",
     "身份信息加密保存，承办人员看不到；只有负责答复的人可以在登记后查看联系方式。"),
    ("土地出让结果在哪里公布？", "land.other",
     "在中国土地市场网和当地公共资源交易平台公布。"),
    ("采石场的范围有多大，能不能公开？", "mineral.mining",
     "矿业权登记信息可在主管部门网站查询。"),
];

impl Teller<'_> {
    /// The enquiries of the year in order of time.
    pub fn enquiries(&self) -> Vec<Enquiry> {
        let dice = &mut Dice::new(self.plan().seed, STREAM);
        let count = (self.plan().tips / TIPS_AN_ENQUIRY).max(MIN_ENQUIRIES);
        let mut all: Vec<Enquiry> = (0..count).map(|_| self.enquiry(dice)).collect();
        all.sort_by_key(|enquiry| enquiry.at);
        all
    }

    fn enquiry(&self, dice: &mut Dice) -> Enquiry {
        let (text, category, answer) = *dice.pick(&QUESTIONS);
        let channels =
            [(Channel::Phone, 80), (Channel::Visit, 10), (Channel::Email, 6), (Channel::Letter, 4)];
        Enquiry {
            at: self.moment(dice),
            channel: dice.weighted(&channels, |channel| channel.1).0,
            category: Category::find(category).unwrap_or(Category::UNKNOWN),
            text,
            answer: (!dice.chance(UNANSWERED)).then_some(answer),
        }
    }

    /// Two campaigns, about two of the planted rises: one that is over, and one that runs on.
    pub fn campaigns(&self) -> Vec<Campaign> {
        let dice = &mut Dice::new(self.plan().seed, STREAM - 1);
        let last = self.plan().last;
        let day = |back: u64| last - Days::new(back);
        let codes = |codes: &[&str]| codes.iter().filter_map(|code| code.parse().ok()).collect();
        vec![
            Campaign {
                at: moment(day(102), dice),
                name: "“大棚房”问题专项督察",
                divisions: codes(&["370000", "410000", "130000"]),
                about: "land.cultivated",
                from: day(100),
                to: day(10),
                text: "集中核查以设施农业为名占用耕地建房的问题，逐件整改、逐件销号。",
            },
            Campaign {
                at: moment(day(61), dice),
                name: "洞庭湖区盗采砂石专项行动",
                divisions: codes(&["430600", "430700", "430900"]),
                about: "mineral",
                from: day(60),
                to: last + Days::new(30),
                text: "对湖区和长江沿线非法采砂集中打击，举报线索优先核查。",
            },
        ]
    }
}
