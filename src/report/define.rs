//! What each figure means, with its formula; printed with every report (DOMAIN 8).

use std::collections::BTreeMap;

use super::model::{Definition, Said};
use crate::trend::Indicator;

/// Name, Chinese, English; the indicators bring their own.
const DEFINITIONS: [(&str, &str, &str); 18] = [
    (
        "tips",
        "线索：期内收到的举报，按所在地统计；类别与所在地以期末判定为准。",
        "Leads: tips received in the period, counted by place; category and place as they were at its end.",
    ),
    (
        "accepted",
        "受理：期内判定受理的案件数，按所在地统计；重办不计入。",
        "Accepted: cases accepted in the period, counted by place; reopening is not accepting.",
    ),
    (
        "refused",
        "不予受理：期内判定不予受理的案件数，按所在地统计，不计入受理。",
        "Not accepted: cases that were not accepted in the period, counted by place; they are no part of \
         those accepted.",
    ),
    (
        "closed",
        "销号：期内销号的件次，按所在地统计；重办后再次销号的再计一次。",
        "Closed: cases struck off in the period, counted by place; one that is struck off again after a \
         reopening counts again.",
    ),
    (
        "balance",
        "台账平衡：期初在办 + 受理 + 重办 + 分案 + 移入 − 移出 − 并案 − 销号 = 期末在办，按承办单位统计；\
         各地区表按所在地统计，两者可以不同。",
        "Balance: open at the beginning + accepted + reopened + split off + moved in − moved out − merged \
         − closed = open at the end, by the unit that holds the case; tables of places count by place, so \
         that the two may differ.",
    ),
    (
        "pending",
        "待判定：期初待判定 + 收到 + 移入 − 移出 − 受理 − 不予受理 − 并案 − 关联 = 期末待判定。",
        "Waiting to be judged: waiting at the beginning + received + moved in − moved out − accepted − not \
         accepted − merged − linked = waiting at the end.",
    ),
    (
        "imported",
        "旧台账：其中由旧台账导入认定的受理、销号件数，按旧台账所载日期计入台账平衡；\
         此类案件的义务不计入按时率，也不参与排名。",
        "Old ledgers: of the balance, what entries of an imported ledger accepted and closed, on the dates \
         that it gives; duties of such cases are in no on-time rate, and they are not ranked.",
    ),
    (
        "on_time_closure",
        "按时结案率 = 按时办结数 ÷ 总数。总数：期内受理的案件数，等于按时办结 + 超时办结 + 未办结；\
         按时办结：截至统计时点已销号，且销号前各项义务均未逾期完成。",
        "On-time closure rate = closed on time ÷ total. Total: cases accepted in the period, which is \
         closed on time + closed late + not closed; closed on time: closed by the as-of instant with no \
         duty before the closing discharged too late.",
    ),
    (
        "ranking",
        "排名：先按按时结案率、再按结案率由高到低；两率均相同的名次并列，其后名次空出；件数不足10的不参与排名；\
         本级直接承办的不参与排名。",
        "Ranking: by on-time closure rate, then by closure rate, the higher first; equal in both, equal in \
         rank, and the next rank is left out; fewer than 10 cases are not ranked, nor is what lies at the \
         scope itself.",
    ),
    (
        "shares",
        "占比 = 该项件数 ÷ 合计；类别占比以所属领域为分母；用最大余额法保留两位小数，合计为 100.00%。",
        "Share = count ÷ total; of a category, within its field; rounded to two places by largest remainder, \
         so that shares add up to 100.00 %.",
    ),
    (
        "year_on_year",
        "同比 =（本期 − 上年同期）÷ 上年同期；上年同期为 0 记「—」。",
        "Year on year (同比) = (this period − same period of the year before) ÷ same period of the year \
         before; a base of 0 prints 「—」.",
    ),
    (
        "period_on_period",
        "环比 =（本期 − 上期）÷ 上期；上期指紧接本期之前、同样长短的期间；上期为 0 记「—」。",
        "Period on period (环比) = (this period − the period just before) ÷ the period just before; a base \
         of 0 prints 「—」.",
    ),
    (
        "series",
        "趋势：截至本期的连续13期；受理、销号按所在地统计。",
        "Trend: thirteen periods that end with this one; accepted and closed are counted by place.",
    ),
    (
        "outcomes",
        "处置成效：期内处罚等决定所定各项措施的数量，以及期内执行到位、核验属实的数量，按所在地统计；决定被撤销的、核验不属实的，\
         在撤销、核验之日冲减；所定、执行、核验可能不在同一期。",
        "Outcomes: quantities ordered by the decisions of the period, and quantities carried out and verified in \
         it, by place; what is annulled, or not confirmed, is taken off on the day of that; ordering, carrying \
         out and verifying may fall into different periods.",
    ),
    (
        "listed",
        "挂牌督办：期内挂牌的案件数；其中来自举报热线：首条线索由电话、来信、电子邮件、传真、来访、网站、移动应用举报的。",
        "Listed cases: cases listed for supervision in the period; from the hotline: those whose first tip came \
         by telephone, letter, e-mail, fax, visit, web or app.",
    ),
    (
        "visits",
        "回访：期内结束的回访，按结果和满意程度统计；未评价的不计入满意程度，三日三次未联系上的单列。",
        "Return visits: those that ended in the period, by result and level of satisfaction; those not rated are \
         in no level, and those not reached on three days stand apart.",
    ),
    (
        "rechecks",
        "复查：期内由独立单位作出结论的复查件次。",
        "Re-checks: those on which an independent unit came to its finding in the period.",
    ),
    (
        "averted",
        "避免损失：期内登记的、因预警避免的人员伤亡（人）和财产损失（元），均附证据。",
        "Averted: harm to people and loss in yuan that a warning averted, as recorded with evidence in the period.",
    ),
];

/// All of them by name.
pub fn definitions() -> BTreeMap<String, Definition> {
    let both = |zh: &str, en: &str| Definition::Both(Said { zh: zh.to_owned(), en: en.to_owned() });
    let figures = DEFINITIONS.iter().map(|(name, zh, en)| ((*name).to_owned(), both(zh, en)));
    let indicators = Indicator::ALL.iter().map(|indicator| {
        let (zh, en) = indicator.means();
        (indicator.code().to_owned(), both(zh, en))
    });
    figures.chain(indicators).collect()
}
