//! What made-up tips within land and mineral law are about: parts from which their words are put
//! together.

/// The unit in which a matter is measured, with the least and the most of it.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// 亩.
    Mu(i64, i64),
    /// 平方米.
    SquareMetres(i64, i64),
    /// 吨.
    Tons(i64, i64),
    /// Nothing to measure.
    None,
}

/// A matter that tips are about.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Its name, for planted rises.
    pub name: &'static str,
    /// Its category.
    pub category: &'static str,
    /// How often it is told; 0 for what only a planted rise tells.
    pub weight: u64,
    /// Who does it.
    pub who: &'static [&'static str],
    /// What is done: in a title, and in the account.
    pub what: &'static [(&'static str, &'static str)],
    /// How large.
    pub size: Size,
    /// What comes of it.
    pub harm: &'static [&'static str],
}

const FIRMS: &[&str] = &[
    "某建材有限公司",
    "某物流公司",
    "某商贸公司",
    "某家具厂",
    "某食品加工厂",
    "某混凝土搅拌站",
    "某驾校",
    "某再生资源公司",
    "某机械厂",
    "一家未挂牌的企业",
    "某砖厂",
];
const VILLAGERS: &[&str] = &[
    "本村村民周某",
    "外来承包户李某",
    "村民刘某兄弟",
    "村民王某",
    "同组村民陈某",
    "邻居黄某",
    "村民杨某一家",
];
const VILLAGE: &[&str] = &["村委会", "村干部", "某村民小组", "某经济合作社", "村集体"];
const MINERS: &[&str] = &[
    "某采石场",
    "某矿业公司",
    "外地老板",
    "不明身份的人员",
    "某页岩砖厂",
    "某选矿厂",
    "某工程队",
    "一伙人",
];
const MINES: &[&str] = &["某矿业公司", "某采石场", "某石灰石矿", "某煤矿", "某铁矿", "某页岩砖厂"];
const BUILDERS: &[&str] = &["某路桥公司", "某工程队", "某施工单位", "某风电项目部"];
const OFFICES: &[&str] = &["某镇政府", "某乡政府", "某街道办", "某园区管委会", "某平台公司"];

/// Every theme. Weights follow the line's first year (docs: DOMAIN 7), with more minerals.
#[rustfmt::skip]
pub const THEMES: [Theme; 30] = [
    Theme { name: "factory", category: "land.occupation", weight: 90, who: FIRMS,
        what: &[("占用耕地建厂房", "未办理任何用地手续，占用耕地修建厂房"),
                ("未批先建仓库", "没有用地批文就平整土地、浇筑地坪，建起钢构仓库"),
                ("占地堆放砂石", "租下农田后硬化地面，长期堆放砂石料")],
        size: Size::Mu(2, 45),
        harm: &["周边农田排水被堵", "大车日夜进出，机耕路已被压坏", "耕作层已被全部剥离", "群众多次劝阻无效"] },
    Theme { name: "parking", category: "land.occupation", weight: 45, who: FIRMS,
        what: &[("占地建停车场", "把基本农田用渣土填平后改作停车场对外收费"),
                ("占用林地修路", "擅自开挖山坡修建便道和停车坪"),
                ("占地建加油站", "未经批准在公路边占地建加油站")],
        size: Size::Mu(1, 20),
        harm: &["下雨天泥水直接冲进稻田", "对外营业已有一段时间", "夜间仍在施工，怕被人发现"] },
    Theme { name: "house", category: "land.housing", weight: 50, who: VILLAGERS,
        what: &[("一户多宅违建", "已有住房，又在责任田里另建一栋三层楼房"),
                ("耕地上建房", "没有宅基地审批，在耕地上打地基建房"),
                ("超面积建房", "审批面积之外擅自扩建，把门前水田一并圈了进去")],
        size: Size::SquareMetres(90, 480),
        harm: &["其他村民纷纷效仿", "挡住了邻近几户的采光和通道", "现在已建到第二层", "村里有人通风报信，检查时就停工"] },
    Theme { name: "sale", category: "land.transfer", weight: 40, who: VILLAGE,
        what: &[("私自出卖集体土地", "未经村民代表会议同意，把集体土地以租代征卖给外人"),
                ("买卖宅基地", "把宅基地划成小块，以每块数万元的价格卖给外村人"),
                ("以租代征", "与企业签订长期租赁合同，实为变相出让土地")],
        size: Size::Mu(3, 80),
        harm: &["收入没有公开，村民没有分到一分钱", "合同内容村民一概不知", "已有人在上面动工建房"] },
    Theme { name: "soil", category: "land.cultivated", weight: 32, who: MINERS,
        what: &[("耕地取土", "在承包田里挖土外卖，挖成了两三米深的坑"),
                ("毁田挖砂", "把水田表土推开，挖取下面的砂石出售"),
                ("耕地倒渣土", "夜里往耕地里倾倒建筑渣土和泥浆")],
        size: Size::Mu(1, 30),
        harm: &["田已无法耕种", "坑里积水很深，附近有小孩上学经过", "旁边的田埂开始垮塌", "复耕几乎不可能"] },
    Theme { name: "pond", category: "land.cultivated", weight: 22, who: VILLAGERS,
        what: &[("耕地挖塘养鱼", "把连片水田挖成鱼塘"),
                ("耕地种草皮", "在基本农田里种植草皮出售，连土一起铲走"),
                ("耕地种绿化苗", "把基本农田改种绿化苗木")],
        size: Size::Mu(4, 60),
        harm: &["耕作层一年比一年薄", "周边农户跟着改种", "水源被截断，下游几户无法灌溉"] },
    Theme { name: "greenhouse", category: "land.cultivated", weight: 0, who: FIRMS,
        what: &[("以大棚名义建房", "以建设农业大棚为名，在大棚里隔成一间间住房对外出售"),
                ("大棚内建度假屋", "在蔬菜大棚里硬化地面、装修成休闲度假屋"),
                ("大棚改作餐厅", "把温室大棚改成餐厅和棋牌室营业")],
        size: Size::Mu(2, 35),
        harm: &["网上公开打广告，说是带院子的小别墅", "棚里早已不种菜", "买房的都是城里人，周末车停满了田埂"] },
    Theme { name: "solar", category: "land.cultivated", weight: 0, who: FIRMS,
        what: &[("光伏占用耕地", "以农光互补为名，在耕地上打桩安装光伏板"),
                ("光伏板占基本农田", "把基本农田流转过去建光伏电站，桩基全部是水泥浇筑"),
                ("光伏项目毁田", "为光伏项目修路、平场，推平了成片农田")],
        size: Size::Mu(30, 420),
        harm: &["板下什么也种不了", "与当初说的农光互补完全不同", "流转费至今没有付清", "村里没有公示过任何批文"] },
    Theme { name: "return_land", category: "land.return", weight: 4, who: FIRMS,
        what: &[("拒不交还土地", "租期届满后仍占着土地，不拆除也不交还")],
        size: Size::Mu(2, 25), harm: &["村里几次催要都不理睬", "仍在上面经营收费"] },
    Theme { name: "reclaim", category: "land.reclaim", weight: 8, who: BUILDERS,
        what: &[("临时用地不复垦", "临时用地到期后不复垦，留下一片水泥地坪"),
                ("取土场未复垦", "工程结束后取土场一直没有恢复")],
        size: Size::Mu(5, 60), harm: &["当初承诺的复垦一点没动", "雨季已有滑塌迹象"] },
    Theme { name: "approval", category: "land.approval", weight: 14, who: OFFICES,
        what: &[("违规批地", "未经依法批准，擅自同意企业先行用地"),
                ("以会议纪要代替批文", "只凭一份会议纪要就让项目开工")],
        size: Size::Mu(10, 150), harm: &["征地公告从未张贴", "村民只看到推土机进场，没见过批文"] },
    Theme { name: "compensation", category: "land.compensation", weight: 12, who: VILLAGE,
        what: &[("截留征地补偿", "把征地补偿款截留，没有足额发到户"),
                ("青苗补偿造假", "虚报青苗和附着物，套取补偿款")],
        size: Size::Mu(5, 90), harm: &["各户领到的数目与公示不符", "要求看账，村里一直推脱"] },
    Theme { name: "collective", category: "land.collective", weight: 14, who: VILLAGE,
        what: &[("集体土地建商品房", "在集体土地上成片开发，当作商品房出售"),
                ("小产权房", "以新农村建设为名建小产权房对外出售")],
        size: Size::Mu(6, 70), harm: &["售楼部就设在路边", "购房人已交了定金", "没有任何销售许可"] },
    Theme { name: "cheap_grant", category: "land.cheap_grant", weight: 4, who: OFFICES,
        what: &[("低价出让土地", "以明显低于基准地价的价格把土地出让给关系户")],
        size: Size::Mu(8, 60), harm: &["竞买人只有一家", "周边同类地块价格高出几倍"] },
    Theme { name: "other_land", category: "land.other", weight: 42, who: FIRMS,
        what: &[("土地闲置", "拿地多年一直不开工，用围挡一围了之"),
                ("擅自改变用途", "把工业用地改作商铺和公寓出租"),
                ("拆违后反弹", "上次被责令拆除后，又在原地重新搭建")],
        size: Size::Mu(3, 110), harm: &["围挡里长满了草", "处罚之后照样经营", "附近居民意见很大"] },
    Theme { name: "quarry", category: "mineral.mining", weight: 26, who: MINERS,
        what: &[("越界采石", "越过矿区边界开采，山体已被挖掉一大块"),
                ("无证采石", "没有采矿许可证，打着修路的名义采石外卖"),
                ("盗挖矿石", "夜间用挖机盗采矿石，天亮前运走")],
        size: Size::Tons(300, 60_000),
        harm: &["放炮时房屋震裂", "粉尘很大，窗户不敢开", "裸露的山体遇雨就滑", "运矿车把村道压烂了"] },
    Theme { name: "clay", category: "mineral.mining", weight: 12, who: MINERS,
        what: &[("盗采砖瓦黏土", "以平整土地为名盗采黏土卖给砖厂"),
                ("非法采砂", "在河滩上私设采砂点，洗砂外卖")],
        size: Size::Tons(200, 12_000), harm: &["河水浑浊，下游取水受影响", "白天停、晚上干"] },
    Theme { name: "river_sand", category: "mineral.mining", weight: 0,
        who: &["几条无牌吸砂船", "外地吸砂船", "夜里靠岸的吸砂船"],
        what: &[("吸砂船夜间盗采江砂", "用吸砂船趁夜在江心盗采江砂，当场过驳到运砂船上"),
                ("吸砂船靠岸盗采", "吸砂船贴着堤脚盗采，离大堤不到一百米")],
        size: Size::Tons(800, 20_000),
        harm: &["堤脚已被掏空，汛期十分危险", "马达声整夜不停", "上岸的砂就堆在码头边", "执法船一走又回来"] },
    Theme { name: "coal", category: "mineral.licence", weight: 8, who: MINES,
        what: &[("证照过期仍开采", "采矿许可证到期后仍在生产"),
                ("一证多井", "借一个证开了几个口子")],
        size: Size::Tons(500, 30_000), harm: &["井下情况外人看不到", "地面已出现裂缝"] },
    Theme { name: "rare_earth", category: "mineral.strategic", weight: 0,
        who: &["外地人员", "一伙人", "某生态修复公司"],
        what: &[("盗采稀土", "在山上打孔注液，盗采离子型稀土"),
                ("以修复名义采稀土", "以矿山生态修复为名，夜间收集稀土母液")],
        size: Size::Tons(5, 160),
        harm: &["山下水沟发白，鱼虾死光", "山上到处是注液孔和塑料管", "运料车都用篷布盖着"] },
    Theme { name: "tungsten", category: "mineral.strategic", weight: 4, who: MINERS,
        what: &[("盗采钨矿", "重开已封闭的老窿口盗采钨矿"), ("非法选锂", "私设作坊淘洗含锂矿石")],
        size: Size::Tons(10, 900), harm: &["废水直接排进山沟", "窿口没有任何支护"] },
    Theme { name: "destructive", category: "mineral.destructive", weight: 7, who: MINES,
        what: &[("采富弃贫", "只采富矿，贫矿全部丢弃"), ("不按方案开采", "不按开发利用方案开采，掏空山脚")],
        size: Size::Tons(1_000, 50_000), harm: &["资源浪费严重", "上方山体随时可能垮塌"] },
    Theme { name: "restoration", category: "mineral.restoration", weight: 9, who: MINES,
        what: &[("闭坑矿山未修复", "矿山关停多年，没有做任何生态修复"), ("边采边荒", "开采面一直裸露，不按要求治理")],
        size: Size::Mu(8, 200), harm: &["一下雨泥石流冲到村口", "矿坑积水发红"] },
    Theme { name: "fees", category: "mineral.fees", weight: 3, who: MINES,
        what: &[("瞒报产量", "瞒报产量，少缴资源费用")],
        size: Size::Tons(2_000, 80_000), harm: &["出矿都在夜里过磅", "账外另有一本账"] },
    Theme { name: "prospecting", category: "mineral.exploration", weight: 3, who: MINES,
        what: &[("以探代采", "以勘查为名，实际把矿石拉出去卖")],
        size: Size::Tons(100, 6_000), harm: &["探槽已挖成采坑", "每天十几车往外拉"] },
    Theme { name: "mine_sale", category: "mineral.transfer", weight: 3, who: MINES,
        what: &[("倒卖采矿权", "私下签协议倒卖采矿权，从中牟利")],
        size: Size::None, harm: &["实际经营人与证上的不是同一人", "接手的人不管安全"] },
    Theme { name: "permit", category: "planning.permit", weight: 22, who: FIRMS,
        what: &[("违反规划加层", "批准建六层，实际建了九层"), ("侵占绿地建门面", "把规划的公共绿地建成门面出售")],
        size: Size::SquareMetres(150, 5_000), harm: &["楼间距不够，采光受到影响", "消防车开不进来"] },
    Theme { name: "rural", category: "planning.rural", weight: 12, who: VILLAGERS,
        what: &[("无乡村规划许可建设", "没有乡村建设规划许可证，在路边建商铺"), ("临时棚长期使用", "临时搭建的钢棚用了多年不拆")],
        size: Size::SquareMetres(60, 900), harm: &["占到了公路控制区", "影响村容，也挡了视线"] },
    Theme { name: "landslide", category: "hazard.geological", weight: 10,
        who: &["屋后边坡", "山体", "采空区上方的地面", "公路内侧边坡"],
        what: &[("出现裂缝", "出现多条裂缝，最宽处能伸进手掌"), ("有滑坡迹象", "连续下雨后开始往下滑，树都歪了"), ("地面塌陷", "突然塌出一个大坑")],
        size: Size::SquareMetres(40, 2_600), harm: &["下面住着十几户人家", "老人小孩夜里不敢睡", "学校就在坡脚"] },
    Theme { name: "survey", category: "survey.other", weight: 4,
        who: &["某测绘公司", "某地图网站", "某航拍团队"],
        what: &[("无资质测绘", "没有测绘资质，承揽土地测量业务"), ("地图错误", "公开使用有明显错误的地图")],
        size: Size::None, harm: &["量出来的面积与实际相差很大", "给村民造成纠纷"] },
];

impl Theme {
    /// Looks a name up.
    pub fn find(name: &str) -> Option<&'static Theme> {
        THEMES.iter().find(|theme| theme.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Category;
    use crate::synth::rises::RISES;

    #[test]
    fn every_theme_has_a_category_and_every_rise_a_theme_of_its_own() {
        for theme in &THEMES {
            assert!(Category::find(theme.category).is_some(), "{}", theme.name);
        }
        for rise in &RISES {
            let theme = Theme::find(rise.theme).unwrap();
            assert_eq!((theme.category, theme.weight), (rise.category, 0), "{}", rise.name);
        }
    }
}
