//! The table itself. Add a rule at the end of its family; never renumber, never remove.

use super::{Rule, Severity};

/// Writes [`RuleId`] and [`RULES`] from one list, so that they cannot disagree.
macro_rules! rules {
    ($($variant:ident $id:literal $severity:ident $checked:literal, $varies:literal, $zh:literal, $en:literal, $basis:literal;)*) => {
        /// Which rule. Prints and serialises as its id; ordered as the table is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum RuleId {
            $(#[doc = concat!("`", $id, "`: ", $en, ".")] $variant,)*
        }

        impl RuleId {
            /// Every rule, in the order of the table.
            pub const ALL: [Self; RULES.len()] = [$(Self::$variant),*];
        }

        /// Every rule; the place of a rule is `RuleId as usize`.
        pub const RULES: [Rule; [$($id),*].len()] = [
            $(Rule {
                id: $id,
                severity: Severity::$severity,
                varies: $varies,
                zh: $zh,
                en: $en,
                basis: $basis,
                checked: $checked,
            },)*
        ];
    };
}

// variant, id, base severity, tested now, "when the severity differs";
// Chinese title, English title, basis.
rules! {
    Gap01 "GAP-01" Error true, "W for a sliver",
        "上级范围内有未划入任何网格的空白",
        "Ground inside the parent that no cell covers",
        "「不留空白区域,不得交叉重叠」";
    Gap02 "GAP-02" Warning true, "E when wider than the sliver width",
        "沿上级边界的空白",
        "Uncovered ground along the parent's border",
        "「无缝隙全覆盖」";
    Gap03 "GAP-03" Error true, "W for a sliver",
        "网格内部的孔洞未由其他网格填充",
        "Hole inside a cell that no other cell fills",
        "「不留空白区域」";
    Gap04 "GAP-04" Error true, "W for a sliver",
        "上级的飞地没有网格",
        "Detached part of the parent (exclave) without a cell",
        "「不留空白区域」; 飞地 are real";
    Gap05 "GAP-05" Error true, "W for a sliver",
        "相邻上级(社区、街道、区)的网格之间有空白带",
        "Uncovered strip between the cells of two neighbouring parents",
        "「特别注重区界、街界、居委与村委等交叉区域」";
    Gap06 "GAP-06" Error true, "W for a sliver",
        "层级空白:应有下级网格而没有,或下级只覆盖一部分",
        "Level gap: a parent that must have children has none, or they cover only part of it",
        "「横向到边,纵向到底」";
    Gap07 "GAP-07" Error true, "",
        "对象(企业、楼栋、排口、项目、地址)不在任何网格内",
        "Object (enterprise, building, outlet, project, address) outside every cell",
        "「以实现辖区内所有排污企业全覆盖为基础」";
    Gap08 "GAP-08" Warning true, "",
        "对象坐标缺失或不可用,无法核查,不计为已覆盖",
        "Object without usable coordinates: listed, never counted as covered",
        "「不留死角、不留盲区」";
    Gap09 "GAP-09" Warning true, "I below the sliver width",
        "线状对象(河段、道路)有未覆盖的一段",
        "Linear object (river reach, road) with an uncovered stretch",
        "「形成网状排查全覆盖」";
    Gap10 "GAP-10" Error false, "",
        "网格缺少在任责任人(按必需角色)",
        "Cell without an active holder of a required role",
        "「责任到人」";
    Gap11 "GAP-11" Error false, "",
        "责任链中有一级没有责任人",
        "Level in the chain of responsibility with nobody responsible",
        "「逐级负责」";
    Gap12 "GAP-12" Error false, "",
        "网格内某项职责无责任人,或对象无主管部门",
        "Duty without a responsible in a cell, or object tier without a department in charge",
        "「区级监管企业由区职能部门主管」";
    Gap13 "GAP-13" Error false, "",
        "时间空白:前任已止、后任未始,或请假无B岗",
        "Time gap between two assignments, or leave without a stand-in (B)",
        "「如果一人请假,另一人可代为管理和服务」";
    Gap14 "GAP-14" Warning false, "",
        "楼栋无楼栋长,单元无单元长",
        "Building or stairwell without its own head",
        "「原则上每个单元设置单元长1名」";
    Gap15 "GAP-15" Warning false, "",
        "工作人员未划入任何网格",
        "Member of staff without a cell",
        "「各网格成员由社区工作人员全部划分入网格」";
    Gap16 "GAP-16" Warning false, "",
        "网格队伍构成不符合要求",
        "Team of a cell lacks a required member",
        "「各小组的成员原则上不能少于4名」; 1+3+N";
    Gap17 "GAP-17" Warning false, "",
        "五定(四定、三定)要素缺项",
        "A required field of the 五定 (四定, 三定) is missing",
        "「定区域、定人员、定职责、定任务、定奖惩」";
    Gap18 "GAP-18" Warning false, "",
        "应交付的图、牌、册、表缺失或逾期",
        "Required deliverable (map, board, roster, table) missing or overdue",
        "「编制网格图,于8月20日之前报区安委会办公室备案」";
    Gap19 "GAP-19" Warning false, "",
        "巡查空白:对象在周期内未被检查",
        "Object not visited within its period",
        "「每月现场检查不少于两次」";

    Ovl01 "OVL-01" Error true, "",
        "同一网络同一级的两个网格重叠",
        "Two cells of one network and level overlap",
        "「不得交叉重叠」";
    Ovl02 "OVL-02" Warning true, "",
        "狭长重叠,或共用边界结点不一致",
        "Overlap sliver, or a shared border whose vertices do not match",
        "「无缝对接」";
    Ovl03 "OVL-03" Error true, "",
        "图形重复,或一个网格在另一个之内",
        "Duplicate geometry, or one cell inside another",
        "「不得交叉重叠」";
    Ovl04 "OVL-04" Error true, "W for a sliver",
        "网格超出上级范围或跨越上级边界",
        "Cell outside its parent, or across the parent's border",
        "「属地管理」";
    Ovl05 "OVL-05" Error true, "none when declared as merged",
        "网格跨两个以上社区(村)",
        "Cell spans two or more communities",
        "CJ/T 349-2010 (merged cells are declared, code from 601)";
    Ovl06 "OVL-06" Error true, "W for a compound, courtyard or village group",
        "网格边界切割楼栋、小区、院落、村民小组",
        "Border cuts a building, compound, courtyard or village group",
        "「网格内的楼群纳入网格管理之中」";
    Ovl07 "OVL-07" Error true, "",
        "对象被两个网格认领,或登记网格与所在网格不同",
        "Object claimed by two cells, or its recorded cell is not the one it lies in",
        "「职责不交叉重叠」";
    Ovl08 "OVL-08" Error false, "W when one unit has several outlets",
        "对象有两个责任主体,或一个排口对应两个单位",
        "Object with two responsible bodies, or one outlet with two units",
        "「一个排污口只对应一个排污单位」";
    Ovl09 "OVL-09" Error false, "",
        "同一节点、同一职责、同一日期的第一责任人超过规定人数",
        "More first responsibles than allowed on one node, theme and date",
        "「第一责任人」";
    Ovl10 "OVL-10" Error false, "",
        "同一对象同一职责有两个主管部门",
        "Two departments in charge of one object and theme",
        "「职责不交叉重叠」";
    Ovl11 "OVL-11" Error true, "W for a sliver",
        "园区与同级村网格重叠且未声明以谁为准",
        "Industrial zone overlaps village cells of its level without declared precedence",
        "Towns and industrial zones stand side by side in one level";
    Ovl12 "OVL-12" Error false, "",
        "编码重复,或已停用的编码被再次使用",
        "Duplicate code, or a retired code used again",
        "A code is an identity";
    Ovl13 "OVL-13" Error false, "",
        "同一区域同一日期有两个生效的方案版本",
        "Two effective plan versions for one area and date",
        "A place has one plan at a time";
    Ovl14 "OVL-14" Error true, "W for a sliver",
        "专属网格(划出方式)与基础网格重叠",
        "Dedicated cell overlaps a base cell although it is carved out",
        "「不得交叉重叠」";
    Ovl15 "OVL-15" Error true, "W for a sliver",
        "相邻上级的网格越界重叠",
        "Cells of two neighbouring parents overlap across the border",
        "「特别注重区界、街界、居委与村委等交叉区域」";

    Rsp01 "RSP-01" Warning false, "",
        "责任人仅由属地兜底得出",
        "Responsible found only by territorial fallback (属地兜底)",
        "DB11/T 2157-2023";
    Rsp02 "RSP-02" Warning false, "",
        "一人任多个网格的网格长",
        "One person leads more cells than allowed",
        "一格一员 practice";
    Rsp03 "RSP-03" Warning false, "",
        "B岗与A岗为同一人,或不在相邻网格",
        "Stand-in (B) is the same person as A, or not from a neighbouring cell",
        "「邻近的两个网格,要设置ab岗」";
    Rsp04 "RSP-04" Warning false, "",
        "应分设的第一责任人与直接责任人为同一人",
        "First and direct responsible are one person where the plan separates them",
        "「是第一责任人,分管负责人是直接责任人」";
    Rsp05 "RSP-05" Warning false, "",
        "任职者所属单位类别不符",
        "Holder of a role comes from the wrong kind of organisation",
        "「各网格镇干部为第一职责人,村干部为直接职责人」";
    Rsp06 "RSP-06" Warning false, "",
        "人员记录矛盾:同名不同号,或同号不同名",
        "Contradicting person records: one name with two ids, or one id with two names",
        "People are never keyed by name";
    Rsp07 "RSP-07" Info false, "",
        "姓名与电话近似的两人,或电话已失效",
        "Two people with nearly the same name and phone, or an expired phone",
        "People are never keyed by name";

    Top01 "TOP-01" Error true, "",
        "图形无效:自相交、尖刺、重复结点、方向错误、未闭合",
        "Invalid shape: self-intersection, spike, repeated vertex, wrong direction, unclosed ring",
        "DB11/T 2157-2023 (closed polygon with topology)";
    Top02 "TOP-02" Warning true, "E where the plan makes contiguity a hard rule",
        "网格不连通(只以边相邻计),且无豁免",
        "Cell is not contiguous (by shared border, not by a point) and not exempted",
        "「地域相邻」";
    Top03 "TOP-03" Error true, "W when only thin",
        "网格面积为零或小于最小面积",
        "Cell without area, or below the minimum area",
        "A cell is ground";
    Top04 "TOP-04" Info true, "",
        "形状不紧凑(Polsby–Popper 低于阈值)",
        "Low compactness (Polsby–Popper below the threshold)",
        "「方便管理」";

    Size01 "SIZE-01" Warning true, "",
        "户数、人口或面积超出规模预设",
        "Households, persons or area outside the size preset",
        "「原则上每个网格以300-500户、人口1000-1500人为宜」";
    Size02 "SIZE-02" Info true, "",
        "本社区无法满足该规模预设",
        "The size preset cannot be met in this community",
        "Arithmetic of the preset and the totals";

    Load01 "LOAD-01" Warning true, "",
        "网格工作量超出均值的允许偏差(按指标)",
        "Workload of a cell outside the tolerance around the mean, per criterion",
        "「大体均衡」";
    Load02 "LOAD-02" Warning false, "",
        "人均工作量超出能力",
        "Workload per person above capacity",
        "「配备4至5名专职环保工作人员」";

    Code01 "CODE-01" Error false, "",
        "编码格式错误、前缀与所在社区不符或上级已撤销",
        "Code malformed, prefix is not the containing community, or parent expired",
        "DB11/T 2157-2023";
    Code02 "CODE-02" Info false, "",
        "首次编码未按自西向东、自北向南",
        "First numbering does not run west to east, north to south",
        "DB11/T 2157-2023";

    Crs01 "CRS-01" Error true, "",
        "坐标系缺失、混用、轴序颠倒、带号不符,或疑似 GCJ-02/BD-09",
        "CRS missing, mixed, axes swapped, zone prefix wrong, or GCJ-02/BD-09 suspected",
        "DB11/T 2157-2023 (CRS of the city's base survey)";

    Attr01 "ATTR-01" Warning true, "",
        "网格户数、人口、面积之和与社区总数不符",
        "Sum of households, persons or area of the cells is not the community's total",
        "Consistency, 0.1 % for areas";

    Time01 "TIME-01" Error false, "",
        "起止日期颠倒,或网格在方案期外有效",
        "Valid-from after valid-to, or cell active outside its plan's period",
        "Consistency";

    Priv01 "PRIV-01" Error false, "",
        "公开图层或瓦片含受限字段",
        "Public layer or tile contains a restricted field",
        "Residents' data stay secret; staff data are public only field by field";

    Nbr01 "NBR-01" Info false, "",
        "调整后邻接关系未更新",
        "List of neighbours out of date after a redraw",
        "「相邻网格在接到通知后,第一时间赶到协助处理」";
}
