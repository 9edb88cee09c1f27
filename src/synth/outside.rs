//! What made-up tips outside land and mineral law are about, and where they are sent instead.

use crate::ledger::words::RefuseReason;

/// A matter that is not the line's.
#[derive(Clone, Copy, Debug)]
pub struct Matter {
    /// Its category.
    pub category: &'static str,
    /// How often it is told.
    pub weight: u64,
    /// Why it is refused.
    pub reason: RefuseReason,
    /// The title.
    pub title: &'static str,
    /// The account.
    pub account: &'static [&'static str],
    /// Where to go instead.
    pub redirect: &'static str,
}

use RefuseReason::{
    OutOfScope, OwnershipOrCompensation, ReviewOrLitigation, StaffDiscipline, StateSecret,
};

/// Every matter.
#[rustfmt::skip]
pub const MATTERS: [Matter; 22] = [
    Matter { category: "outside.ownership", weight: 16, reason: OwnershipOrCompensation, title: "承包地界址纠纷",
        account: &["与邻居的承包地界线说不清，村里调解了几次都没有结果", "两家争一条田埂，对方说是他家的"],
        redirect: "请向乡镇人民政府申请调处，或向农村土地承包仲裁机构申请仲裁" },
    Matter { category: "outside.ownership", weight: 12, reason: OwnershipOrCompensation, title: "征地补偿分配纠纷",
        account: &["补偿款到了组里，外嫁女没有分到", "同样的地，别组补得多，要求补差价"],
        redirect: "补偿款的分配由村民自治组织决定，争议请向乡镇人民政府反映" },
    Matter { category: "outside.ownership", weight: 10, reason: OwnershipOrCompensation, title: "宅基地权属争议",
        account: &["祖上老屋的宅基地被堂兄占去一半", "分家后房前的空地归谁一直有争议"],
        redirect: "请持有关凭证向当地人民政府申请确权" },
    Matter { category: "outside.ownership", weight: 8, reason: OwnershipOrCompensation, title: "拖欠征地补偿款",
        account: &["地征走快两年了，补偿款只付了一部分", "承诺的安置房一直没有交付"],
        redirect: "请向组织实施征收的县级人民政府反映" },
    Matter { category: "outside.litigation", weight: 6, reason: ReviewOrLitigation, title: "对处罚决定不服",
        account: &["收到处罚决定书，认为罚得过重，要求撤销", "不服上次的答复意见，要求重新处理"],
        redirect: "可在法定期限内申请行政复议或提起行政诉讼" },
    Matter { category: "outside.litigation", weight: 4, reason: ReviewOrLitigation, title: "法院正在审理的土地纠纷",
        account: &["同一块地的官司还在打，希望先把对方的房子拆了", "一审判了，对方上诉，想请你们评理"],
        redirect: "案件已在诉讼中，请依照法律程序主张权利" },
    Matter { category: "outside.staff", weight: 7, reason: StaffDiscipline, title: "反映工作人员作风",
        account: &["去办证跑了四趟，窗口的人态度很差", "工作人员上班时间找不到人，电话也不接"],
        redirect: "请向纪检监察机构反映，电话 12388" },
    Matter { category: "outside.staff", weight: 3, reason: StaffDiscipline, title: "反映收受好处",
        account: &["听说办手续要先请客，希望查一查", "有人说塞了烟才给量地"],
        redirect: "请向派驻纪检监察组反映，电话 12388" },
    Matter { category: "outside.secret", weight: 1, reason: StateSecret, title: "询问涉密地理信息",
        account: &["想要一份山上设施的坐标资料", "询问某处不在地图上的道路通向哪里"],
        redirect: "涉及国家秘密的事项不在本热线受理，请向保密行政管理部门反映" },
    Matter { category: "outside.other", weight: 12, reason: OutOfScope, title: "工地夜间施工噪声",
        account: &["工地通宵打桩，老人睡不着", "搅拌车凌晨还在鸣笛"],
        redirect: "请向生态环境部门反映，电话 12369" },
    Matter { category: "outside.other", weight: 11, reason: OutOfScope, title: "拖欠工程款和工资",
        account: &["包工头欠了二十几个人的工资，过年都没给", "工程早已完工，材料款一直拖着"],
        redirect: "请向人力资源和社会保障部门反映，电话 12333" },
    Matter { category: "outside.other", weight: 10, reason: OutOfScope, title: "物业管理纠纷",
        account: &["物业收费不公开，小区绿地变成了停车位", "电梯坏了半个月没有人修"],
        redirect: "请向住房和城乡建设部门反映，电话 12329" },
    Matter { category: "outside.other", weight: 9, reason: OutOfScope, title: "购房合同纠纷",
        account: &["开发商延期交房，违约金不认", "房子面积缩水，售楼部不理睬"],
        redirect: "请向住房和城乡建设部门反映，或依合同提起诉讼" },
    Matter { category: "outside.other", weight: 8, reason: OutOfScope, title: "不动产登记咨询",
        account: &["想问老房子没有证怎么补办", "继承的房子过户要带什么材料"],
        redirect: "请咨询当地不动产登记中心窗口" },
    Matter { category: "outside.other", weight: 7, reason: OutOfScope, title: "河道污染",
        account: &["小河的水变黑发臭，死鱼漂了一片", "养猪场的粪水直接流进水塘"],
        redirect: "请向生态环境部门反映，电话 12369" },
    Matter { category: "outside.other", weight: 7, reason: OutOfScope, title: "乡村道路损坏",
        account: &["通村公路坑坑洼洼，一直没有人修", "路灯坏了大半年"],
        redirect: "请向交通运输部门反映，电话 12328" },
    Matter { category: "outside.other", weight: 6, reason: OutOfScope, title: "低保和救助",
        account: &["家里困难，低保一直没有评上", "想申请临时救助，不知道找谁"],
        redirect: "请向民政部门或当地政务热线 12345 反映" },
    Matter { category: "outside.other", weight: 5, reason: OutOfScope, title: "盗伐林木",
        account: &["有人夜里砍伐公益林的杉树", "山上的松树被成片砍掉运走"],
        redirect: "请向林业主管部门反映，电话 12119" },
    Matter { category: "outside.other", weight: 5, reason: OutOfScope, title: "电信资费争议",
        account: &["宽带到期后乱扣费", "基站装在楼顶，担心辐射"],
        redirect: "请向通信管理部门反映，电话 12381" },
    Matter { category: "outside.other", weight: 5, reason: OutOfScope, title: "食品卫生",
        account: &["街边小作坊做豆腐很不卫生", "买到过期食品，店家不退"],
        redirect: "请向市场监督管理部门反映，电话 12315" },
    Matter { category: "outside.other", weight: 4, reason: OutOfScope, title: "邻里排水纠纷",
        account: &["邻居把污水排到我家墙根", "楼上漏水，调解不下来"],
        redirect: "请向村（居）民委员会或人民调解委员会申请调解" },
    Matter { category: "outside.other", weight: 4, reason: OutOfScope, title: "农机补贴",
        account: &["买了收割机，补贴一直没有下来", "想问今年的种粮补贴什么时候发"],
        redirect: "请向农业农村部门反映，电话 12316" },
];

/// How a refusal is put to the informant.
pub const REFUSALS: [&str; 4] = [
    "您反映的事项不属于自然资源主管部门依法查处的范围，依照有关规定不予受理，已告知反映途径。",
    "经研究，所述情况不涉及土地、矿产违法行为，本热线不予受理。感谢您的理解。",
    "来件已阅。该事项另有法定主管机关，为不耽误您的时间，请按所附途径反映。",
    "您反映的问题已登记。因不在本热线职责范围内，不予受理，特此说明理由并告知去处。",
];

/// What is said to an informant whose facts did not suffice.
pub const INSUFFICIENT: [&str; 2] = [
    "期限内未收到补充材料，地点和主要事实无法确定，暂不予受理；有新线索可随时再次举报。",
    "补充材料期限已满，现有内容不足以核查，不予受理。欢迎补充地点后再来电。",
];
