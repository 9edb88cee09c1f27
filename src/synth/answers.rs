//! What officials write in made-up cases: findings, disposals, answers, reasons. What they write of
//! enforcement and supervision stands in [`super::orders`].

pub use super::orders::*;

/// Surnames of officers and informants.
pub const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "谢", "唐",
];
/// Given names.
pub const GIVEN: [&str; 24] = [
    "建国", "志强", "海燕", "丽华", "文斌", "国平", "小军", "红梅", "永康", "春生", "秀英", "明辉",
    "立新", "凤兰", "长河", "思远", "云飞", "玉珍", "德明", "晓峰", "金山", "雪梅", "正东", "安宁",
];

/// A verification that found the matter true; `{}` is the matter.
pub const FOUNDED: [&str; 5] = [
    "经现场勘测，反映情况属实：{}。已拍照取证并制作现场检查笔录。",
    "两名执法人员到场核查，{}，未能提供用地或采矿批准文件，当场下达责令停止违法行为通知书。",
    "套合国土调查成果和遥感影像，结合现场丈量，认定{}属实。",
    "现场与举报描述基本一致：{}。当事人承认未办理手续。",
    "经询问当事人和周边群众，{}属实，范围以实测图为准。",
];
/// A verification that found it not true.
pub const UNFOUNDED: [&str; 4] = [
    "经核查，该地块已依法办理用地手续，批准文件齐全，反映的违法情形不成立。",
    "现场勘测显示，所用土地为建设用地，地类和面积与审批一致，未发现违法行为。",
    "经查，该行为系依法批准的临时用地，仍在有效期内，复垦方案已备案。",
    "现场未发现举报所述情况，询问周边三户村民均称没有见过。",
];
/// A verification that did not find the place.
pub const UNLOCATABLE: [&str; 3] = [
    "按举报描述的位置两次到场查找，未找到所述地点，举报人未留联系方式，无法进一步核实。",
    "所述地名在辖区内有多处，逐一查看均无对应情况，暂无法定位。",
    "现场道路已改建，描述的参照物不复存在，无法确定位置。",
];
/// A verification that found another unit to be competent.
pub const NOT_OURS: [&str; 2] = [
    "经勘测，违法地点位于相邻行政区域，不属本单位管辖，报请重新确定承办单位。",
    "该矿业权由上级发证机关直接监管，本单位无权查处，报请重新指定。",
];

/// A disposal on the spot.
pub const CORRECTED: [&str; 5] = [
    "责令限期改正，当事人已自行拆除地上建筑物，恢复种植条件，经复查合格。",
    "已拆除违法建筑并清运建筑垃圾，土地已平整复耕。",
    "责令停止开采、封堵坑口、清退设备，已到位并派人值守。",
    "违法占地已全部退出，围挡和硬化地面已清除，移交村集体复种。",
    "对当事人教育后其主动纠正，回填取土坑并覆盖耕作层。",
];
/// Another disposal.
pub const OTHER: [&str; 4] = [
    "约谈当事人和属地镇政府，督促完善手续；未完善前不得继续施工。",
    "纳入日常巡查重点，安装视频监控，由属地镇村落实网格责任。",
    "出具整改建议书，抄送主管部门，定期通报整改进度。",
    "依法责令补办手续并落实占补平衡，逾期未办将依法查处。",
];
/// Legal bases by field: land, mineral, anything else.
pub const BASES: [(&str, &[&str]); 5] = [
    (
        "land",
        &[
            "《中华人民共和国土地管理法》第七十七条",
            "《中华人民共和国土地管理法》第七十五条",
            "《中华人民共和国土地管理法》第七十四条",
        ],
    ),
    (
        "mineral",
        &["《中华人民共和国矿产资源法》第六十四条", "《中华人民共和国矿产资源法》第六十五条"],
    ),
    (
        "planning",
        &["《中华人民共和国城乡规划法》第六十四条", "《中华人民共和国城乡规划法》第六十五条"],
    ),
    ("survey", &["《中华人民共和国测绘法》第五十五条"]),
    ("hazard", &["《地质灾害防治条例》第十九条"]),
];

/// An answer to the informant where something was done.
pub const REPLIES: [&str; 5] = [
    "您反映的问题经核查属实，已责令改正并复查到位。感谢您对自然资源保护工作的支持。",
    "您好，您举报的情况已核实处理，违法建筑已拆除、土地已恢复。如再发现，请随时来电。",
    "您的举报已办结：违法行为已制止，相关责任人已约谈，属地已加强巡查。",
    "感谢您的举报。经查情况属实，现已处置完毕，欢迎您到现场监督。",
    "您反映的事项已处置，处理结果可凭举报编号和查询码在网上查看。",
];
/// An answer where nothing unlawful was found.
pub const REPLIES_UNFOUNDED: [&str; 3] = [
    "您反映的情况经现场核查，未发现违法行为。感谢您的关注和监督。",
    "经查，该地块手续齐全，不构成违法。如有新的线索，请继续向我们反映。",
    "我们两次到现场核实，未能确认所述情况。您若能提供更具体的位置，我们将继续核查。",
];
/// An answer to a tip that was refused or linked.
pub const REPLIES_REFUSED: [&str; 3] = [
    "您反映的事项不在本热线受理范围，已将办理途径告知，请按提示向主管机关反映。",
    "您的来件已登记并说明不予受理的理由，如对答复有疑问可再次来电。",
    "已电话告知不予受理的原因和反映渠道，来电人表示知晓。",
];
/// Why nobody could be reached.
pub const ATTEMPTS: [&str; 3] =
    ["电话无人接听，改日再联系。", "电话关机，未能联系上举报人。", "占线多次，未接通。"];
/// By which means informants are answered.
pub const MEANS: [&str; 4] = ["电话", "短信", "网上查询页", "书面答复"];

/// Why a unit says that a case is not its own.
pub const OBJECTIONS: [&str; 4] = [
    "经核对坐标，地点不在本行政区域内，建议改派。",
    "所涉矿山由上级发证，本单位无监管权限，申请退单。",
    "该地块位于开发区代管范围，建议由上级直接办理。",
    "本单位人员与被举报人有利害关系，申请改派。",
];
/// What informants are asked for.
pub const QUESTIONS: [&str; 4] = [
    "请补充具体位置，例如村组、路名或附近的标志物。",
    "请说明违法主体的名称或现场负责人。",
    "请补充开始时间和目前的施工进度，如有照片请一并上传。",
    "所述地名有重复，请说明属于哪个乡镇。",
];
/// What informants add.
pub const SUPPLEMENTS: [&str; 4] = [
    "位置在村口加油站往里走约五百米的右手边，现在还在施工。",
    "就在小学后面的山脚，门口没有挂牌，晚上才开工。",
    "补充：老板姓什么不清楚，挖机是黄色的，停在水塘边。",
    "是去年秋天开始的，地基已经打好，今天又来了两车钢材。",
];
/// Why a tip goes into another case.
pub const MERGES: [&str; 2] = [
    "与正在办理的案件反映同一地块、同一事实，并案办理。",
    "同一违法行为的另一件举报，并入在办案件，分别答复举报人。",
];
/// What is noted on the way.
pub const NOTES: [&str; 5] = [
    "已与属地镇政府联系，约定明日联合到场。",
    "当事人外出，改约下周询问。",
    "已调取近三年遥感影像备用。",
    "雨天道路不通，核查顺延一天。",
    "已函请林业部门提供地类证明。",
];
/// What is said when closing is asked for.
pub const REQUESTS: [&str; 3] = [
    "核查、处置、答复均已完成，材料齐全，申请销号。",
    "本案已处置到位并告知举报人，现申请销号。",
    "各项待办均已办结，附件已归档，请审核。",
];
/// What is said when closing is approved.
pub const APPROVALS: [&str; 3] =
    ["材料齐全，同意销号。", "处置到位，同意销号。", "经审核，准予销号。"];
/// What is said when a closing is returned.
pub const RETURNS: [&str; 3] = [
    "现场照片未反映整改后的情况，请补充核查。",
    "处置依据引用不准确，请重新处置。",
    "答复内容过于简单，请重新答复举报人。",
];
/// What informants say afterwards: content; not content without cause; not content with cause.
pub const VISITS: [&str; 3] = [
    "举报人表示满意，认为处理及时。",
    "举报人仍希望赔偿损失，已解释不属本案处理范围。",
    "举报人反映现场又在施工，经了解情况属实。",
];
/// What is noted where nobody can be called.
pub const VISITED_ON_PAGE: &str = "举报人未留联系方式，已在查询页上评价为满意。";
/// Why a case is taken up again.
pub const REOPENINGS: [&str; 3] = [
    "巡查发现原址再次动工，重新办理。",
    "举报人提供了新的照片，经审查应予重办。",
    "上级抽查认为事实不清，退回重办。",
];
