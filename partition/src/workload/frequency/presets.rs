//! The presets themselves, each class with the words it comes from.

use super::{Frequency, FrequencyClass, FrequencyPreset, Per, Period, class, range};
use Per::{Cell, Household, Object};
use Period::{Day, Month, Quarter, TwoYears, Week, Year};

/// Every frequency preset.
pub const FREQUENCY_PRESETS: [FrequencyPreset; 12] = [
    FrequencyPreset { id: "ruyang-env", zh: "环境监察", classes: &RUYANG },
    FrequencyPreset {
        id: "hebei-env",
        zh: "环境监管",
        classes: &[
            class("level-2", "二级网格(镇)巡查", Cell, 1, Month, "「二级网格每月一次」"),
            class("level-3", "三级网格(村)巡查", Cell, 1, Week, "「三级网格每周一次」"),
        ],
    },
    FrequencyPreset {
        id: "datunying",
        zh: "入户走访",
        classes: &[class(
            "household",
            "常住家庭",
            Household,
            1,
            Quarter,
            "「每个季度至少要对所联网格常住人口家庭上门走访1次以上」",
        )],
    },
    FrequencyPreset {
        id: "community-daily",
        zh: "社区巡查",
        classes: &[class("patrol", "网格巡查", Cell, 1, Day, "「坚持每一天至少到网格巡查一次」")],
    },
    FrequencyPreset {
        id: "chengguan",
        zh: "城管巡查",
        classes: &[class(
            "patrol",
            "网格巡查",
            Cell,
            3,
            Day,
            "「每天兜3次」 (one supervisor's account, no rule)",
        )],
    },
    FrequencyPreset {
        id: "dangjian",
        zh: "党建网格",
        classes: &[
            class("patrol", "网格长巡查", Cell, 1, Month, "「每月至少到网格巡查一次」"),
            class("dispatch", "调度网格员", Cell, 1, Day, "「坚持每一天调度一次网格员工作」"),
        ],
    },
    FrequencyPreset {
        id: "zongzhi",
        zh: "综治排查",
        classes: &[class("disputes", "矛盾纠纷排查", Cell, 1, Month, "「坚持每月排查一次矛盾纠纷」")],
    },
    FrequencyPreset {
        id: "company",
        zh: "企业安全检查",
        classes: &[
            class("level-1", "一级网格检查", Cell, 1, Month, "「每月组织开展安全大检查」"),
            class("level-2", "二级网格检查", Cell, 1, Week, "「每周开展一次网格内的安全生产监督检查」"),
        ],
    },
    FrequencyPreset {
        id: "market",
        zh: "市场主体抽查",
        classes: &[FrequencyClass {
            id: "random-check",
            zh: "随机抽查",
            per: Cell,
            frequency: Frequency::SampleOf(20),
            text: "「各随机抽查20户市场主体」",
        }],
    },
    FrequencyPreset {
        id: "food-2016",
        zh: "食品生产经营风险分级(2016)",
        classes: &[
            class("a", "A级", Object, 1, Year, "A: at least once a year"),
            range("b", "B级", (1, 2), Year, "B: 1–2 times a year"),
            range("c", "C级", (2, 3), Year, "C: 2–3 times a year"),
            range("d", "D级", (3, 4), Year, "D: 3–4 times a year"),
        ],
    },
    FrequencyPreset {
        id: "food-anhui-2022",
        zh: "食品生产企业风险分级(安徽 2022)",
        classes: &[
            class("a", "A级", Object, 1, TwoYears, "A: in principle at least once in two years"),
            class("b", "B级", Object, 1, Year, "B: in principle at least once a year"),
            class("c", "C级", Object, 2, Year, "C: in principle at least twice a year"),
            class("d", "D级", Object, 3, Year, "D: in principle at least three times a year"),
        ],
    },
    FrequencyPreset {
        id: "fire-shenyang",
        zh: "消防排查(沈阳)",
        classes: &[
            class(
                "street",
                "乡镇(街道)排查",
                Object,
                1,
                Month,
                "乡镇(街道)每月对居民小区、辖区单位开展火灾隐患排查",
            ),
            class(
                "community",
                "社区(行政村)排查",
                Object,
                1,
                Week,
                "社区(行政村)每周对居民小区、辖区单位开展火灾隐患排查",
            ),
        ],
    },
];

const RUYANG: [FrequencyClass; 6] = [
    class(
        "controlled-source",
        "县控、市控、省控、国控污染源",
        Object,
        2,
        Month,
        "「对辖区内县控、市控、省控、国控污染源每月现场检查不少于两次」",
    ),
    class("other-source", "其他污染源", Object, 1, Month, "其他污染源每月现场检查不少于一次"),
    class(
        "state-or-industrial-project",
        "国家审批项目;省、市批工业类项目",
        Object,
        2,
        Month,
        "「现场检查每月不少于两次」",
    ),
    class(
        "province-city-other-project",
        "省、市批非工业类项目",
        Object,
        2,
        Quarter,
        "「省批、市批非工业类建设项目现场检查每季度不少于两次」",
    ),
    class("county-project", "县批项目", Object, 1, Quarter, "「县级审批的建设项目现场检查每季度不少于一次」"),
    FrequencyClass {
        id: "key-enterprise",
        zh: "重点企业",
        per: Object,
        frequency: Frequency::DedicatedPost,
        text: "「重点企业要专人驻厂,实行24小时监察」",
    },
];
