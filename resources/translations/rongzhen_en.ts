<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>BesideFields</name>
    <message>
        <source>数据表 (*.xlsx *.csv)</source>
        <translation>Tables (*.xlsx *.csv)</translation>
    </message>
    <message>
        <source>佐证与对比（可不填）</source>
        <translation>Evidence and comparison (optional)</translation>
    </message>
    <message>
        <source>前一次调查</source>
        <translation>Earlier wave</translation>
    </message>
    <message>
        <source>自编识别码所在的列</source>
        <translation>Column with the self-made code</translation>
    </message>
    <message>
        <source>两次之间没有采取措施（重测）</source>
        <translation>Nothing was done in between (retest)</translation>
    </message>
    <message>
        <source>客观指标数据</source>
        <translation>Objective indicators: data</translation>
    </message>
    <message>
        <source>指标表</source>
        <translation>Table of indicators</translation>
    </message>
    <message>
        <source>指标数据中本校的名称</source>
        <translation>Name of your university in the data</translation>
    </message>
    <message>
        <source>前一轮整改台账</source>
        <translation>Ledger of the earlier round</translation>
    </message>
    <message>
        <source>台账 (*.json *.xlsx)</source>
        <translation>Ledger (*.json *.xlsx)</translation>
    </message>
    <message>
        <source>开放题</source>
        <translation>Open questions</translation>
    </message>
    <message>
        <source>要遮盖的姓名清单</source>
        <translation>Names to be masked</translation>
    </message>
    <message>
        <source>文本 (*.txt)</source>
        <translation>Text (*.txt)</translation>
    </message>
    <message>
        <source>印出少量已遮盖的原话</source>
        <translation>Print a few masked quotes</translation>
    </message>
    <message>
        <source>修改“%1”</source>
        <translation>Change “%1”</translation>
    </message>
</context>
<context>
    <name>ChapterPanel</name>
    <message>
        <source>概要</source>
        <translation>Overview</translation>
    </message>
    <message>
        <source>按“运行诊断”后在此显示结果</source>
        <translation>Results appear here after “Run diagnosis”</translation>
    </message>
    <message>
        <source>数据不支持这项计算，原因见上方提示</source>
        <translation>The data do not support this; the reason is above</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>正在绘图…</source>
        <translation>Drawing…</translation>
    </message>
</context>
<context>
    <name>ColumnEditor</name>
    <message>
        <source>反向计分</source>
        <translation>Reverse-keyed</translation>
    </message>
    <message>
        <source>识别为</source>
        <translation>Understood as</translation>
    </message>
    <message>
        <source>构念</source>
        <translation>Construct</translation>
    </message>
    <message>
        <source>正确答案</source>
        <translation>Right answer</translation>
    </message>
    <message>
        <source>在上表中选择一列或多列，可在此更正</source>
        <translation>Choose one or more columns above to correct them here</translation>
    </message>
    <message numerus="yes">
        <source>已选 %n 列</source>
        <translation>
            <numerusform>%n column chosen</numerusform>
            <numerusform>%n columns chosen</numerusform>
        </translation>
    </message>
    <message>
        <source>（不归入构念）</source>
        <translation>(no construct)</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>Content</translation>
    </message>
    <message>
        <source>答案已经是数字，按 %1 至 %2 计分。</source>
        <translation>The answers are numbers already, scored from %1 to %2.</translation>
    </message>
    <message>
        <source>编码</source>
        <translation>Coding</translation>
    </message>
    <message>
        <source>选项</source>
        <translation>Options</translation>
    </message>
    <message>
        <source>不同的内容太多，不像量表题。请改选“识别为”。</source>
        <translation>Too many different contents for a scale item. Choose another kind under “Understood as”.</translation>
    </message>
    <message>
        <source>个人信息不显示，也不会保存到项目。</source>
        <translation>Personal data are not shown and will not be saved in the project.</translation>
    </message>
    <message>
        <source>%1（%2 份）</source>
        <translation>%1 (%2 answers)</translation>
    </message>
    <message numerus="yes">
        <source>等 %n 种</source>
        <translation>
            <numerusform>%n kind in all</numerusform>
            <numerusform>%n kinds in all</numerusform>
        </translation>
    </message>
    <message>
        <source>未出示</source>
        <translation>Not shown</translation>
    </message>
    <message>
        <source>空答</source>
        <translation>Left empty</translation>
    </message>
    <message>
        <source>不了解</source>
        <translation>Don&apos;t know</translation>
    </message>
    <message>
        <source>缺失码</source>
        <translation>Missing code</translation>
    </message>
    <message>
        <source>不计分：%1</source>
        <translation>Not scored: %1</translation>
    </message>
    <message>
        <source>更改列的类型</source>
        <translation>Change the kind of a column</translation>
    </message>
    <message>
        <source>归入构念</source>
        <translation>Assign to construct</translation>
    </message>
    <message>
        <source>更改反向计分</source>
        <translation>Change reverse key</translation>
    </message>
    <message>
        <source>设定正确答案</source>
        <translation>Set the right answer</translation>
    </message>
    <message>
        <source>排定选项顺序</source>
        <translation>Order the options</translation>
    </message>
    <message>
        <source>标为不计分</source>
        <translation>Mark as not scored</translation>
    </message>
</context>
<context>
    <name>ColumnKind</name>
    <message>
        <source>量表题</source>
        <translation>Scale item</translation>
    </message>
    <message>
        <source>注意力检测题</source>
        <translation>Attention check</translation>
    </message>
    <message>
        <source>受访者角色</source>
        <translation>Respondent&apos;s role</translation>
    </message>
    <message>
        <source>分组信息</source>
        <translation>Grouping fact</translation>
    </message>
    <message>
        <source>单选题</source>
        <translation>Single choice</translation>
    </message>
    <message>
        <source>多选题</source>
        <translation>Multiple choice</translation>
    </message>
    <message>
        <source>排序题</source>
        <translation>Ranking</translation>
    </message>
    <message>
        <source>文字题</source>
        <translation>Open text</translation>
    </message>
    <message>
        <source>数值</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>答卷序号</source>
        <translation>Response number</translation>
    </message>
    <message>
        <source>提交时间</source>
        <translation>Submitted</translation>
    </message>
    <message>
        <source>答题用时</source>
        <translation>Answering time</translation>
    </message>
    <message>
        <source>平台总分</source>
        <translation>Platform total</translation>
    </message>
    <message>
        <source>权重</source>
        <translation>Weight</translation>
    </message>
    <message>
        <source>个人信息（不保存）</source>
        <translation>Personal (not saved)</translation>
    </message>
    <message>
        <source>不导入</source>
        <translation>Not imported</translation>
    </message>
</context>
<context>
    <name>ComparisonPanel</name>
    <message>
        <source>比较分析</source>
        <translation>Comparison</translation>
    </message>
    <message>
        <source>比较与解释</source>
        <translation>Comparing and explaining</translation>
    </message>
    <message>
        <source>各组之间差多少，结果与什么相伴随。都是关联，不是因果；样本不够的分析不做，并说明原因。</source>
        <translation>How far groups differ, and what goes with the outcome. Associations, not causes; what the sample cannot carry is left out, and the reason is given.</translation>
    </message>
    <message>
        <source>解释什么</source>
        <translation>What is explained</translation>
    </message>
    <message>
        <source>自动：研究框架或自己的模型所指的结果</source>
        <translation>Automatic: the outcome that the framework or your own model names</translation>
    </message>
    <message>
        <source>结果变量</source>
        <translation>Outcome</translation>
    </message>
    <message>
        <source>结果达到多少分算“好”（0–100）</source>
        <translation>Score from which the outcome is good (0–100)</translation>
    </message>
    <message>
        <source>用于二元逻辑回归</source>
        <translation>For the logistic regression</translation>
    </message>
    <message>
        <source>检验</source>
        <translation>Tests</translation>
    </message>
    <message>
        <source>多重比较的校正</source>
        <translation>Correction for many comparisons</translation>
    </message>
    <message>
        <source>相关系数</source>
        <translation>Correlation coefficient</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>中介效应自助抽样次数</source>
        <translation>Bootstrap draws of indirect effects</translation>
    </message>
    <message>
        <source>必要条件置换次数</source>
        <translation>Permutations for necessary conditions</translation>
    </message>
    <message>
        <source>最多考察几类人群</source>
        <translation>Most kinds of respondents to look for</translation>
    </message>
    <message>
        <source>随机种子</source>
        <translation>Random seed</translation>
    </message>
    <message>
        <source>自动</source>
        <translation>Automatic</translation>
    </message>
    <message>
        <source>这个项目的结果来自较早的版本，按“运行诊断”后在此显示比较。</source>
        <translation>The results of this project come from an earlier version. Press “Run diagnosis” to see the comparison here.</translation>
    </message>
    <message>
        <source>群体差异</source>
        <translation>Groups</translation>
    </message>
    <message>
        <source>影响因素</source>
        <translation>Factors</translation>
    </message>
    <message>
        <source>中介与调节</source>
        <translation>Mediation</translation>
    </message>
    <message>
        <source>必要条件</source>
        <translation>Necessity</translation>
    </message>
    <message>
        <source>人群类型</source>
        <translation>Profiles</translation>
    </message>
    <message>
        <source>条件组合</source>
        <translation>Configurations</translation>
    </message>
    <message>
        <source>全部表格</source>
        <translation>All tables</translation>
    </message>
    <message>
        <source>样本不支持回归</source>
        <translation>Sample too small to explain</translation>
    </message>
    <message>
        <source>解释结果差异的 %1</source>
        <translation>Explains %1 of the outcome</translation>
    </message>
</context>
<context>
    <name>CouplingPanel</name>
    <message>
        <source>耦合协调</source>
        <translation>Coupling</translation>
    </message>
    <message>
        <source>耦合协调度</source>
        <translation>Coupling coordination</translation>
    </message>
    <message>
        <source>产教融合科教融汇共同体与新质生产力两个系统发展是否同步。通行公式与修正公式并列给出，并附中点参照和自助区间。</source>
        <translation>Whether the community of integration and the new quality productive forces develop together. The standard and the corrected form stand side by side, with the midpoint reference and bootstrap intervals.</translation>
    </message>
    <message>
        <source>权重</source>
        <translation>Weight</translation>
    </message>
    <message>
        <source>角色权重</source>
        <translation>Weight of roles</translation>
    </message>
    <message>
        <source>各角色同权</source>
        <translation>Every role equally</translation>
    </message>
    <message>
        <source>每份答卷同权</source>
        <translation>Every answer equally</translation>
    </message>
    <message>
        <source>等级边界</source>
        <translation>Bounds of levels</translation>
    </message>
    <message>
        <source>含下限 [低, 高)</source>
        <translation>Lower bound included [low, high)</translation>
    </message>
    <message>
        <source>含上限 (低, 高]</source>
        <translation>Upper bound included (low, high]</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>自助抽样次数</source>
        <translation>Bootstrap draws</translation>
    </message>
    <message>
        <source>随机种子</source>
        <translation>Random seed</translation>
    </message>
    <message>
        <source>怎样读</source>
        <translation>How to read it</translation>
    </message>
    <message>
        <source>所有题都答中点时，通行公式的协调度已是 .707（中级协调），所以等级要和中点参照一起读。协调度不说明因果，也不能跨量表比较。</source>
        <translation>If every answer is the midpoint, the standard form already gives .707 (intermediate coordination), so read a level beside the midpoint reference. The degree says nothing about causes and cannot be compared across scales.</translation>
    </message>
    <message>
        <source>公式</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>等级</source>
        <translation>Level</translation>
    </message>
    <message>
        <source>中点参照</source>
        <translation>Midpoint</translation>
    </message>
    <message>
        <source>所有题都答中点时的协调度与等级</source>
        <translation>Degree and level if every answer were the midpoint</translation>
    </message>
    <message>
        <source>系统发展水平（0–1）</source>
        <translation>Development of the systems (0–1)</translation>
    </message>
    <message>
        <source>系统</source>
        <translation>System</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>95% 区间</source>
        <translation>95% interval</translation>
    </message>
    <message>
        <source>耦合 C</source>
        <translation>Coupling C</translation>
    </message>
    <message>
        <source>指数 T</source>
        <translation>Index T</translation>
    </message>
    <message>
        <source>协调 D</source>
        <translation>Degree D</translation>
    </message>
    <message>
        <source>样本</source>
        <translation>Sample</translation>
    </message>
    <message>
        <source>各角色（人数不足的不显示）</source>
        <translation>By role (small groups are not shown)</translation>
    </message>
    <message>
        <source>障碍度</source>
        <translation>Obstacle degree</translation>
    </message>
    <message>
        <source>制约因素</source>
        <translation>Constraint</translation>
    </message>
    <message>
        <source>严重程度</source>
        <translation>Severity</translation>
    </message>
    <message>
        <source>偏离度</source>
        <translation>Deviation</translation>
    </message>
    <message>
        <source>名次</source>
        <translation>Rank</translation>
    </message>
    <message>
        <source>名次区间</source>
        <translation>Rank interval</translation>
    </message>
    <message>
        <source>障碍度总会给出名次；只有诊断为红灯或黄灯的因素才可称为障碍。</source>
        <translation>Obstacle degrees always give a ranking; only constraints with a red or amber light may be called obstacles.</translation>
    </message>
    <message>
        <source>边际增益：某一构念提高 10 分时协调度的变化</source>
        <translation>Marginal gain: change of the degree when a construct rises by 10 points</translation>
    </message>
    <message>
        <source>构念</source>
        <translation>Construct</translation>
    </message>
    <message>
        <source>梯度</source>
        <translation>Gradient</translation>
    </message>
    <message>
        <source>通行公式</source>
        <translation>Standard form</translation>
    </message>
    <message>
        <source>修正公式</source>
        <translation>Corrected form</translation>
    </message>
    <message>
        <source>稳健性：换公式、标准化、权重后的结果</source>
        <translation>Robustness: other forms, normalisations and weights</translation>
    </message>
    <message>
        <source>标准化</source>
        <translation>Normalisation</translation>
    </message>
    <message>
        <source>指标权重</source>
        <translation>Item weights</translation>
    </message>
    <message>
        <source>系统权重</source>
        <translation>System weights</translation>
    </message>
    <message>
        <source>协调度</source>
        <translation>Degree</translation>
    </message>
    <message>
        <source>角色</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>边际增益</source>
        <translation>Marginal gain</translation>
    </message>
    <message>
        <source>稳健性</source>
        <translation>Robustness</translation>
    </message>
    <message>
        <source>份数</source>
        <translation>Answers</translation>
    </message>
    <message>
        <source>D（通行）</source>
        <translation>D (standard)</translation>
    </message>
    <message>
        <source>D（修正）</source>
        <translation>D (corrected)</translation>
    </message>
    <message>
        <source>所答构念</source>
        <translation>Constructs answered</translation>
    </message>
    <message>
        <source>该角色答到的构念比例</source>
        <translation>Share of the constructs this role was asked about</translation>
    </message>
    <message>
        <source>研究没有定义耦合系统，这一步不适用。可在“含义”中定义系统。</source>
        <translation>The study defines no systems, so this step does not apply. Systems can be defined under “Meaning”.</translation>
    </message>
    <message>
        <source>与所报等级相同的组合占 %1；达到 90% 才称为稳定。</source>
        <translation>%1 of the runs give the reported level; from 90% on it is called stable.</translation>
    </message>
    <message>
        <source>协调度图：通行公式 %1，%2</source>
        <translation>Chart of coordination degrees: standard form %1, %2</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>程序出错</source>
        <translation>Program error</translation>
    </message>
    <message>
        <source>程序内部出错，刚才的操作没有完成</source>
        <translation>Something went wrong inside the program; what you just did was not completed</translation>
    </message>
    <message>
        <source>您的编辑都已写入项目的工作副本，没有丢失。可以继续使用；若再次出现，请保存项目后重新启动，并把下面的内容发给维护人员。</source>
        <translation>All your edits are in the project&apos;s working copy; nothing is lost. You can go on. If it happens again, save the project, restart, and send the text below to the maintainers.</translation>
    </message>
    <message>
        <source>错误详情</source>
        <translation>Details of the error</translation>
    </message>
    <message>
        <source>复制错误详情</source>
        <translation>Copy the details</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>已复制</source>
        <translation>Copied</translation>
    </message>
</context>
<context>
    <name>DecisionForm</name>
    <message>
        <source>例如：本人来电说明重复提交</source>
        <translation>e.g. called to say it was sent twice</translation>
    </message>
    <message>
        <source>可不填</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>剔除这一份</source>
        <translation>Leave this sheet out</translation>
    </message>
    <message>
        <source>保留这一份</source>
        <translation>Keep this sheet</translation>
    </message>
    <message>
        <source>规则之外，可以按文件中的行号剔除或保留个别答卷。决定、理由、日期写入报告，可随时撤销；答卷本身不会删除。</source>
        <translation>Beyond the rules, single sheets can be left out or kept by their row in the file. Decision, reason and date go into the report and can be undone at any time; no sheet is deleted.</translation>
    </message>
    <message>
        <source>文件中的行</source>
        <translation>Row in the file</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>决定人</source>
        <translation>Decided by</translation>
    </message>
    <message>
        <source>请先写明理由</source>
        <translation>Give a reason first</translation>
    </message>
</context>
<context>
    <name>DecisionsTab</name>
    <message>
        <source>保留</source>
        <translation>Kept</translation>
    </message>
    <message>
        <source>剔除</source>
        <translation>Left out</translation>
    </message>
    <message>
        <source>已作的决定</source>
        <translation>Decisions</translation>
    </message>
    <message>
        <source>文件中的行</source>
        <translation>Row in the file</translation>
    </message>
    <message>
        <source>决定</source>
        <translation>Decision</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>决定人</source>
        <translation>Decided by</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>撤回选中的决定</source>
        <translation>Take back the chosen decisions</translation>
    </message>
    <message>
        <source>人工处理第 %1 行</source>
        <translation>Decide on row %1 by hand</translation>
    </message>
    <message>
        <source>撤回人工处理</source>
        <translation>Take back decisions</translation>
    </message>
    <message>
        <source>没有人工处理的答卷</source>
        <translation>No sheet was decided on by hand</translation>
    </message>
</context>
<context>
    <name>DiagnosisPanel</name>
    <message>
        <source>约束诊断</source>
        <translation>Diagnosis</translation>
    </message>
    <message>
        <source>制约因素诊断</source>
        <translation>Diagnosis of constraints</translation>
    </message>
    <message>
        <source>按严重程度和重要性排出制约因素，区间重叠的并为一档，再对应到措施、责任主体和部门。</source>
        <translation>Ranks the constraints by severity and importance, puts those whose intervals overlap into one band, and names measures, actors and departments.</translation>
    </message>
    <message>
        <source>保护受访者</source>
        <translation>Protection of respondents</translation>
    </message>
    <message>
        <source>人数少于此数的组不显示</source>
        <translation>Hide groups smaller than</translation>
    </message>
    <message>
        <source>任何表、图、导出都不显示更小的组；不低于 5</source>
        <translation>No table, chart or export shows a smaller group; never under 5</translation>
    </message>
    <message>
        <source>重要性</source>
        <translation>Importance</translation>
    </message>
    <message>
        <source>重要性来自</source>
        <translation>Importance from</translation>
    </message>
    <message>
        <source>自动选择</source>
        <translation>Automatic</translation>
    </message>
    <message>
        <source>结构方程总效应</source>
        <translation>Total effects of the model</translation>
    </message>
    <message>
        <source>相对权重</source>
        <translation>Relative weights</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>自助抽样次数</source>
        <translation>Bootstrap draws</translation>
    </message>
    <message>
        <source>随机种子</source>
        <translation>Random seed</translation>
    </message>
    <message>
        <source>信号灯</source>
        <translation>Traffic light</translation>
    </message>
    <message>
        <source>▲ %1：均值 ≥ 60 且区间下限 &gt; 50。
● %3：均值 ≤ 40 且区间上限 &lt; 50。
◆ %2：其余。
○ %4：人数或信度不足。</source>
        <translation>▲ %1: mean ≥ 60 and lower bound &gt; 50.
● %3: mean ≤ 40 and upper bound &lt; 50.
◆ %2: all others.
○ %4: too few answers or too low reliability.</translation>
    </message>
    <message>
        <source>制约因素，按优先级</source>
        <translation>Constraints by priority</translation>
    </message>
    <message>
        <source>代码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>制约因素</source>
        <translation>Constraint</translation>
    </message>
    <message>
        <source>判定</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>档</source>
        <translation>Band</translation>
    </message>
    <message>
        <source>名次区间重叠的并为一档</source>
        <translation>Constraints whose rank intervals overlap share a band</translation>
    </message>
    <message>
        <source>严重程度</source>
        <translation>Severity</translation>
    </message>
    <message>
        <source>0–100，越高越严重</source>
        <translation>0–100, high is severe</translation>
    </message>
    <message>
        <source>95% 区间</source>
        <translation>95% interval</translation>
    </message>
    <message>
        <source>优先级</source>
        <translation>Priority</translation>
    </message>
    <message>
        <source>名次区间</source>
        <translation>Rank interval</translation>
    </message>
    <message>
        <source>进前三概率</source>
        <translation>P(top 3)</translation>
    </message>
    <message>
        <source>自助抽样中进入前三的比例</source>
        <translation>Share of bootstrap draws in the top three</translation>
    </message>
    <message>
        <source>主观选择</source>
        <translation>Stated</translation>
    </message>
    <message>
        <source>受访者点选前三的得分份额</source>
        <translation>Share of points when respondents chose their top three</translation>
    </message>
    <message>
        <source>对照</source>
        <translation>Compared</translation>
    </message>
    <message>
        <source>各角色眼中的严重程度（0–100）</source>
        <translation>Severity as each role sees it (0–100)</translation>
    </message>
    <message>
        <source>改进建议与责任</source>
        <translation>Advice and responsibility</translation>
    </message>
    <message>
        <source>安排</source>
        <translation>When</translation>
    </message>
    <message>
        <source>建议</source>
        <translation>Advice</translation>
    </message>
    <message>
        <source>责任主体</source>
        <translation>Actors</translation>
    </message>
    <message>
        <source>牵头部门</source>
        <translation>Lead departments</translation>
    </message>
    <message>
        <source>措施代码</source>
        <translation>Measures</translation>
    </message>
    <message>
        <source>制约（高为差）</source>
        <translation>Constraint (high is bad)</translation>
    </message>
    <message>
        <source>正向（高为好）</source>
        <translation>Positive (high is good)</translation>
    </message>
    <message>
        <source>全部构念的水平（0–100）</source>
        <translation>Level of every construct (0–100)</translation>
    </message>
    <message>
        <source>构念</source>
        <translation>Construct</translation>
    </message>
    <message>
        <source>方向</source>
        <translation>Direction</translation>
    </message>
    <message>
        <source>样本</source>
        <translation>Sample</translation>
    </message>
    <message>
        <source>得分</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>保留全部答卷时的变化</source>
        <translation>Change when all answers are kept</translation>
    </message>
    <message>
        <source>主要结果</source>
        <translation>Main results</translation>
    </message>
    <message>
        <source>全部答卷</source>
        <translation>All answers</translation>
    </message>
    <message>
        <source>差</source>
        <translation>Difference</translation>
    </message>
    <message>
        <source>信号灯图</source>
        <translation>Traffic lights</translation>
    </message>
    <message>
        <source>角色对比</source>
        <translation>Roles</translation>
    </message>
    <message>
        <source>建议与责任</source>
        <translation>Advice</translation>
    </message>
    <message>
        <source>全部构念</source>
        <translation>All constructs</translation>
    </message>
    <message>
        <source>含异常答卷</source>
        <translation>With flagged answers</translation>
    </message>
    <message>
        <source>研究没有标为“制约”的构念，这一步不适用。可在“含义”中设定方向。</source>
        <translation>The study marks no construct as a constraint, so this step does not apply. Directions can be set under “Meaning”.</translation>
    </message>
    <message>
        <source>“—”：该角色不答这些题，或人数不足。</source>
        <translation>“—”: the role was not asked, or is too small.</translation>
    </message>
    <message>
        <source>人数不足而不显示的角色：%1。</source>
        <translation>Roles too small to be shown: %1.</translation>
    </message>
    <message>
        <source>严重程度（0–100，越高越严重）</source>
        <translation>Severity (0–100, high is severe)</translation>
    </message>
    <message numerus="yes">
        <source>信号灯图：红灯的制约因素 %n 个</source>
        <translation>
            <numerusform>Traffic lights: %n constraint is red</numerusform>
            <numerusform>Traffic lights: %n constraints are red</numerusform>
        </translation>
    </message>
    <message>
        <source>▲ %1 项&#x3000;◆ %2 项</source>
        <translation>▲ %1  ◆ %2</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>位置：</source>
        <translation>Look in:</translation>
    </message>
    <message>
        <source>文件名：</source>
        <translation>File name:</translation>
    </message>
    <message>
        <source>文件类型：</source>
        <translation>File type:</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>所有文件 (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>没有选择</source>
        <translation>None chosen</translation>
    </message>
    <message>
        <source>选择文件：%1</source>
        <translation>Choose a file: %1</translation>
    </message>
    <message>
        <source>不用这个文件：%1</source>
        <translation>Do without this file: %1</translation>
    </message>
</context>
<context>
    <name>FitTable</name>
    <message>
        <source>指标</source>
        <translation>Measure</translation>
    </message>
    <message>
        <source>数值</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>常用界限</source>
        <translation>Usual limits</translation>
    </message>
    <message>
        <source>≥ .95 良好，≥ .90 可接受</source>
        <translation>≥ .95 good, ≥ .90 acceptable</translation>
    </message>
    <message>
        <source>≤ .05 良好，≤ .08 可接受</source>
        <translation>≤ .05 good, ≤ .08 acceptable</translation>
    </message>
    <message>
        <source>比较模型用，小者优</source>
        <translation>to compare models, smaller is better</translation>
    </message>
    <message>
        <source>自由度</source>
        <translation>Degrees of freedom</translation>
    </message>
    <message>
        <source>≤ 3 良好，≤ 5 可接受</source>
        <translation>≤ 3 good, ≤ 5 acceptable</translation>
    </message>
    <message>
        <source>RMSEA 的 90% 区间</source>
        <translation>90% interval of RMSEA</translation>
    </message>
    <message>
        <source>≥ .90 良好，≥ .85 可接受</source>
        <translation>≥ .90 good, ≥ .85 acceptable</translation>
    </message>
    <message>
        <source>≥ .90 良好，≥ .80 可接受</source>
        <translation>≥ .90 good, ≥ .80 acceptable</translation>
    </message>
</context>
<context>
    <name>Flow</name>
    <message>
        <source>没有读入文件</source>
        <translation>The file was not read</translation>
    </message>
    <message>
        <source>题项依据没有改变</source>
        <translation>The study was not changed</translation>
    </message>
    <message>
        <source>更换题项依据</source>
        <translation>Change the study</translation>
    </message>
    <message>
        <source>答卷没有存入项目</source>
        <translation>The answers were not stored in the project</translation>
    </message>
    <message>
        <source>没有完成诊断</source>
        <translation>The diagnosis was not completed</translation>
    </message>
    <message>
        <source>结果没有存入项目</source>
        <translation>The results were not stored in the project</translation>
    </message>
    <message>
        <source>报告没有生成</source>
        <translation>The report was not made</translation>
    </message>
    <message>
        <source>报告没有存入项目</source>
        <translation>The report was not stored in the project</translation>
    </message>
    <message>
        <source>报告没有导出</source>
        <translation>The report was not exported</translation>
    </message>
    <message>
        <source>台账没有导出</source>
        <translation>The ledger was not exported</translation>
    </message>
    <message>
        <source>项目没有打开</source>
        <translation>The project was not opened</translation>
    </message>
    <message>
        <source>项目没有保存</source>
        <translation>The project was not saved</translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message>
        <source>导入</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>导入答卷</source>
        <translation>Import answers</translation>
    </message>
    <message>
        <source>核对程序对每一列的理解，选中即可更正。原始文件不会被改动。</source>
        <translation>Check what each column was understood as; choose it to correct it. The file itself is never changed.</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>换一个文件…</source>
        <translation>Another file…</translation>
    </message>
    <message>
        <source>文字编码</source>
        <translation>Text encoding</translation>
    </message>
    <message>
        <source>题项依据</source>
        <translation>Study</translation>
    </message>
    <message>
        <source>研究文件…</source>
        <translation>Study file…</translation>
    </message>
    <message>
        <source>列与题项怎样对应</source>
        <translation>How columns are tied to items</translation>
    </message>
    <message>
        <source>研究文件是 TOML 或 JSON，写明构念、题项、反向题、角色和模型</source>
        <translation>A study file is TOML or JSON and names constructs, items, reverse items, roles and the model</translation>
    </message>
    <message>
        <source>受访者角色在哪一列</source>
        <translation>Column with the respondent&apos;s role</translation>
    </message>
    <message>
        <source>识别结果</source>
        <translation>Understood</translation>
    </message>
    <message>
        <source>运行诊断</source>
        <translation>Run diagnosis</translation>
    </message>
    <message>
        <source>转到下一个待回答的列</source>
        <translation>Go to the next open column</translation>
    </message>
    <message>
        <source>文件的列与识别结果</source>
        <translation>Columns of the file and what they were understood as</translation>
    </message>
    <message>
        <source>还没有导入文件</source>
        <translation>No file has been imported yet</translation>
    </message>
    <message>
        <source>%1 行 × %2 列</source>
        <translation>%1 rows × %2 columns</translation>
    </message>
    <message>
        <source>工作表 %1</source>
        <translation>Sheet %1</translation>
    </message>
    <message>
        <source>自动：内置诊断框架</source>
        <translation>Automatic: built-in framework</translation>
    </message>
    <message>
        <source>自动：按问卷起草</source>
        <translation>Automatic: drafted from the file</translation>
    </message>
    <message>
        <source>自动判断</source>
        <translation>Automatic</translation>
    </message>
    <message>
        <source>研究文件</source>
        <translation>Study file</translation>
    </message>
    <message>
        <source>不区分角色</source>
        <translation>No roles</translation>
    </message>
    <message>
        <source>%1 %2 列</source>
        <translation>%1: %2 columns</translation>
    </message>
    <message>
        <source>平台总分与题项之和相符：%1 / %2 份</source>
        <translation>Platform total equals the sum of the items: %1 of %2 answers</translation>
    </message>
    <message>
        <source>已读入 %1 份答卷，可以运行诊断。</source>
        <translation>%1 answers read; the diagnosis can be run.</translation>
    </message>
    <message>
        <source>请选中这些列，在下方把选项从低到高排好</source>
        <translation>Choose these columns and put the options in order below, low to high</translation>
    </message>
    <message>
        <source>请在左侧选择角色列，确实没有时选“不区分角色”</source>
        <translation>Choose the role column on the left, or “No roles” if there is none</translation>
    </message>
    <message>
        <source>%1。%2。</source>
        <translation>%1. %2.</translation>
    </message>
    <message>
        <source>选择角色列</source>
        <translation>Choose the role column</translation>
    </message>
    <message>
        <source>研究文件 (*.toml *.json)</source>
        <translation>Study files (*.toml *.json)</translation>
    </message>
    <message>
        <source>选择研究文件</source>
        <translation>Choose a study file</translation>
    </message>
    <message>
        <source>请导入文件</source>
        <translation>Please import a file</translation>
    </message>
    <message>
        <source>需要您更正</source>
        <translation>Needs your correction</translation>
    </message>
    <message>
        <source>没有读入答卷</source>
        <translation>No answers read</translation>
    </message>
    <message numerus="yes">
        <source>%n 个问题待回答</source>
        <translation>
            <numerusform>%n question open</numerusform>
            <numerusform>%n questions open</numerusform>
        </translation>
    </message>
    <message>
        <source>需要您回答</source>
        <translation>Needs your answer</translation>
    </message>
    <message>
        <source>正在读入</source>
        <translation>Reading</translation>
    </message>
    <message numerus="yes">
        <source>%n 份答卷</source>
        <translation>
            <numerusform>%n answer</numerusform>
            <numerusform>%n answers</numerusform>
        </translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>导入答卷…</source>
        <translation>Import answers…</translation>
    </message>
    <message>
        <source>打开项目…</source>
        <translation>Open project…</translation>
    </message>
    <message>
        <source>打开示例</source>
        <translation>Open the sample</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>另存为…</source>
        <translation>Save as…</translation>
    </message>
    <message>
        <source>关闭项目</source>
        <translation>Close project</translation>
    </message>
    <message>
        <source>退出</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>重做</source>
        <translation>Redo</translation>
    </message>
    <message>
        <source>运行诊断</source>
        <translation>Run diagnosis</translation>
    </message>
    <message>
        <source>停止</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>关于融诊</source>
        <translation>About Rongzhen</translation>
    </message>
    <message>
        <source>文件(&amp;F)</source>
        <translation>&amp;File</translation>
    </message>
    <message>
        <source>最近的项目</source>
        <translation>Recent projects</translation>
    </message>
    <message>
        <source>编辑(&amp;E)</source>
        <translation>&amp;Edit</translation>
    </message>
    <message>
        <source>运行(&amp;R)</source>
        <translation>&amp;Run</translation>
    </message>
    <message>
        <source>视图(&amp;V)</source>
        <translation>&amp;View</translation>
    </message>
    <message>
        <source>外观</source>
        <translation>Appearance</translation>
    </message>
    <message>
        <source>跟随系统</source>
        <translation>Like the system</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>字号</source>
        <translation>Letter size</translation>
    </message>
    <message>
        <source>语言 / Language</source>
        <translation>语言 / Language</translation>
    </message>
    <message>
        <source>帮助(&amp;H)</source>
        <translation>&amp;Help</translation>
    </message>
    <message>
        <source>工具栏</source>
        <translation>Tools</translation>
    </message>
    <message>
        <source>更多工具</source>
        <translation>More tools</translation>
    </message>
    <message>
        <source>语言</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>新的语言在下次启动时生效。</source>
        <translation>The new language is used from the next start on.</translation>
    </message>
    <message>
        <source>融诊 Rongzhen %1

产教融合、科教融汇制约因素诊断。全部计算在本机完成，不联网。

字体 Noto Sans SC 依 SIL Open Font License 1.1 随附。</source>
        <translation>Rongzhen 融诊 %1

Diagnosis of what constrains industry-education and science-education integration. Everything is computed on this computer; nothing goes over the network.

The font Noto Sans SC is included under the SIL Open Font License 1.1.</translation>
    </message>
    <message>
        <source>文字编码</source>
        <translation>Text encoding</translation>
    </message>
    <message>
        <source>保存编辑？</source>
        <translation>Save the edits?</translation>
    </message>
    <message>
        <source>项目“%1”有未保存的编辑。</source>
        <translation>Project “%1” has unsaved edits.</translation>
    </message>
    <message>
        <source>不保存</source>
        <translation>Don&apos;t save</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>MeaningPanel</name>
    <message>
        <source>含义</source>
        <translation>Meaning</translation>
    </message>
    <message>
        <source>题项的含义</source>
        <translation>Meaning of the items</translation>
    </message>
    <message>
        <source>题项归入构念，标出反向题，说明构念的方向以及它属于哪个耦合系统。</source>
        <translation>Items belong to constructs; mark reverse items, give each construct its direction and its coupling system.</translation>
    </message>
    <message>
        <source>研究</source>
        <translation>Study</translation>
    </message>
    <message>
        <source>题目</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>这是模拟数据</source>
        <translation>These are simulated data</translation>
    </message>
    <message>
        <source>所有结果和报告都会标明“模拟数据”</source>
        <translation>Every result and the report will be marked as simulated</translation>
    </message>
    <message>
        <source>研究文件</source>
        <translation>Study file</translation>
    </message>
    <message>
        <source>存为研究文件…</source>
        <translation>Save as study file…</translation>
    </message>
    <message>
        <source>研究文件记录构念、题项、反向题、角色和模型，下一批答卷可直接使用。</source>
        <translation>A study file keeps constructs, items, reverse items, roles and the model, ready for the next batch of answers.</translation>
    </message>
    <message>
        <source>角色</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>新建构念</source>
        <translation>New construct</translation>
    </message>
    <message>
        <source>选中的题项会归入新的构念</source>
        <translation>The chosen items move into the new construct</translation>
    </message>
    <message>
        <source>删除构念</source>
        <translation>Remove construct</translation>
    </message>
    <message>
        <source>题项保留，不再归入构念</source>
        <translation>Its items stay, in no construct</translation>
    </message>
    <message>
        <source>转为自己的研究</source>
        <translation>Make it my own study</translation>
    </message>
    <message>
        <source>构念与题项</source>
        <translation>Constructs and items</translation>
    </message>
    <message>
        <source>制约，高为差</source>
        <translation>Constraint, high is bad</translation>
    </message>
    <message>
        <source>正向，高为好</source>
        <translation>Positive, high is good</translation>
    </message>
    <message>
        <source>（不属于系统）</source>
        <translation>(no system)</translation>
    </message>
    <message>
        <source>%1 个构念，%2 道量表题，其中反向题 %3 道</source>
        <translation>%1 constructs, %2 scale items, %3 of them reversed</translation>
    </message>
    <message>
        <source>没有区分角色</source>
        <translation>Roles are not told apart</translation>
    </message>
    <message>
        <source>题项与构念按内置诊断框架（%1 版）固定。要自己定义，请按“转为自己的研究”；那时报告不再含框架的措施与责任主体。</source>
        <translation>Items and constructs are fixed by the built-in framework (version %1). To define your own, choose “Make it my own study”; the report then has no measures and actors of the framework.</translation>
    </message>
    <message>
        <source>把题项拖到所属的构念，双击可改名称、方向和系统。反向题只作提示，须由您确认后勾选。</source>
        <translation>Drag items into their construct; double-click to change name, direction or system. Reverse items are only suggested; tick them yourself.</translation>
    </message>
    <message>
        <source>这些题与同构念的其他题方向相反，可能是反向题：%1。</source>
        <translation>These items run against the others of their construct and may be reversed: %1.</translation>
    </message>
    <message numerus="yes">
        <source>有 %n 道题未归入任何构念，不进入信效度和模型。</source>
        <translation>
            <numerusform>%n item belongs to no construct and stays out of reliability and models.</numerusform>
            <numerusform>%n items belong to no construct and stay out of reliability and models.</numerusform>
        </translation>
    </message>
    <message>
        <source>修改题目</source>
        <translation>Change the title</translation>
    </message>
    <message>
        <source>标明模拟数据</source>
        <translation>Mark as simulated</translation>
    </message>
    <message>
        <source>新构念</source>
        <translation>New construct</translation>
    </message>
    <message>
        <source>研究文件 (*.toml)</source>
        <translation>Study file (*.toml)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>存为研究文件</source>
        <translation>Save as study file</translation>
    </message>
    <message>
        <source>研究.toml</source>
        <translation>study.toml</translation>
    </message>
    <message>
        <source>研究文件没有写成</source>
        <translation>The study file was not written</translation>
    </message>
    <message numerus="yes">
        <source>%n 个构念</source>
        <translation>
            <numerusform>%n construct</numerusform>
            <numerusform>%n constructs</numerusform>
        </translation>
    </message>
    <message>
        <source>需要您定义构念</source>
        <translation>Please define constructs</translation>
    </message>
    <message>
        <source>还没有构念</source>
        <translation>No constructs yet</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>MeasurementPanel</name>
    <message>
        <source>信效度</source>
        <translation>Reliability</translation>
    </message>
    <message>
        <source>信度与效度</source>
        <translation>Reliability and validity</translation>
    </message>
    <message>
        <source>题项是否稳定、一致地测到了要测的构念。彩色数值未达到常用界限，界限是惯例而不是定律。</source>
        <translation>Whether the items measure the constructs steadily and alike. Coloured values miss the usual limits, which are conventions, not laws.</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>自助抽样次数</source>
        <translation>Bootstrap draws</translation>
    </message>
    <message>
        <source>随机种子</source>
        <translation>Random seed</translation>
    </message>
    <message>
        <source>相同的数据和种子得到相同的结果</source>
        <translation>The same data and seed give the same results</translation>
    </message>
    <message>
        <source>常用界限</source>
        <translation>Usual limits</translation>
    </message>
    <message>
        <source>α、ω、组合信度 ≥ .70（.60 为下限）；AVE ≥ .50；题项与总分相关 ≥ .40；标准化载荷 ≥ .50；HTMT &lt; .85（.90 为上限）。</source>
        <translation>α, ω, composite reliability ≥ .70 (.60 at least); AVE ≥ .50; item-total correlation ≥ .40; standardized loading ≥ .50; HTMT &lt; .85 (.90 at most).</translation>
    </message>
    <message>
        <source>信度与收敛效度</source>
        <translation>Reliability and convergence</translation>
    </message>
    <message>
        <source>构念</source>
        <translation>Construct</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>题数</source>
        <translation>Items</translation>
    </message>
    <message>
        <source>样本</source>
        <translation>Sample</translation>
    </message>
    <message>
        <source>α</source>
        <translation>α</translation>
    </message>
    <message>
        <source>克隆巴赫 α 系数</source>
        <translation>Cronbach&apos;s alpha</translation>
    </message>
    <message>
        <source>α 的 95% 区间</source>
        <translation>95% interval of α</translation>
    </message>
    <message>
        <source>ω</source>
        <translation>ω</translation>
    </message>
    <message>
        <source>麦克唐纳 ω</source>
        <translation>McDonald&apos;s omega</translation>
    </message>
    <message>
        <source>CR</source>
        <translation>CR</translation>
    </message>
    <message>
        <source>组合信度</source>
        <translation>Composite reliability</translation>
    </message>
    <message>
        <source>AVE</source>
        <translation>AVE</translation>
    </message>
    <message>
        <source>平均方差抽取量</source>
        <translation>Average variance extracted</translation>
    </message>
    <message>
        <source>题项分析</source>
        <translation>Item analysis</translation>
    </message>
    <message>
        <source>题项</source>
        <translation>Item</translation>
    </message>
    <message>
        <source>题干</source>
        <translation>Wording</translation>
    </message>
    <message>
        <source>有效</source>
        <translation>Valid</translation>
    </message>
    <message>
        <source>缺答</source>
        <translation>Missing</translation>
    </message>
    <message>
        <source>均值</source>
        <translation>Mean</translation>
    </message>
    <message>
        <source>标准差</source>
        <translation>SD</translation>
    </message>
    <message>
        <source>偏度</source>
        <translation>Skewness</translation>
    </message>
    <message>
        <source>峰度</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>CITC</source>
        <translation>CITC</translation>
    </message>
    <message>
        <source>校正后题项与总分相关</source>
        <translation>Corrected item-total correlation</translation>
    </message>
    <message>
        <source>删题后 α</source>
        <translation>α if deleted</translation>
    </message>
    <message>
        <source>载荷</source>
        <translation>Loading</translation>
    </message>
    <message>
        <source>验证性因子分析的标准化载荷</source>
        <translation>Standardized loading in the confirmatory factor analysis</translation>
    </message>
    <message>
        <source>区分效度：HTMT</source>
        <translation>Discriminant validity: HTMT</translation>
    </message>
    <message>
        <source>区分效度：Fornell–Larcker（对角线为 AVE 的平方根）</source>
        <translation>Discriminant validity: Fornell–Larcker (square root of AVE on the diagonal)</translation>
    </message>
    <message>
        <source>验证性因子分析的拟合</source>
        <translation>Fit of the confirmatory factor analysis</translation>
    </message>
    <message>
        <source>区分效度</source>
        <translation>Discriminant validity</translation>
    </message>
    <message>
        <source>CFA 拟合</source>
        <translation>CFA fit</translation>
    </message>
    <message>
        <source>样本 %1 份</source>
        <translation>Sample of %1</translation>
    </message>
    <message>
        <source>%1 / %2 个构念 α ≥ .70</source>
        <translation>α ≥ .70 for %1 of %2</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>收起</source>
        <translation>Fold</translation>
    </message>
    <message numerus="yes">
        <source>还有 %n 条提示</source>
        <translation>
            <numerusform>%n more message</numerusform>
            <numerusform>%n more messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>需要重新运行</source>
        <translation>Must be run again</translation>
    </message>
    <message>
        <source>请看提示</source>
        <translation>See the message</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>PathDiagram</name>
    <message>
        <source>路径图</source>
        <translation>Path diagram</translation>
    </message>
</context>
<context>
    <name>PdfView</name>
    <message>
        <source>报告预览</source>
        <translation>Preview of the report</translation>
    </message>
</context>
<context>
    <name>PlanTableModel</name>
    <message>
        <source>列</source>
        <translation>Column</translation>
    </message>
    <message>
        <source>标题</source>
        <translation>Heading</translation>
    </message>
    <message>
        <source>识别为</source>
        <translation>Understood as</translation>
    </message>
    <message>
        <source>归入</source>
        <translation>Belongs to</translation>
    </message>
    <message>
        <source>选项与编码</source>
        <translation>Options and codes</translation>
    </message>
    <message>
        <source>把握</source>
        <translation>Certainty</translation>
    </message>
    <message>
        <source>确定</source>
        <translation>Certain</translation>
    </message>
    <message>
        <source>请核对</source>
        <translation>Please check</translation>
    </message>
    <message>
        <source>! 待回答</source>
        <translation>! Open</translation>
    </message>
    <message>
        <source>%1（未归构念）</source>
        <translation>%1 (no construct)</translation>
    </message>
    <message>
        <source>，反向</source>
        <translation>, reversed</translation>
    </message>
</context>
<context>
    <name>ProblemDialog</name>
    <message>
        <source>知道了</source>
        <translation>OK</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>导入答卷</source>
        <translation>Import answers</translation>
    </message>
    <message>
        <source>答卷文件 (%1)</source>
        <translation>Files with answers (%1)</translation>
    </message>
    <message>
        <source>所有文件 (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>打开项目</source>
        <translation>Open project</translation>
    </message>
    <message>
        <source>融诊项目 (*%1)</source>
        <translation>Rongzhen projects (*%1)</translation>
    </message>
    <message>
        <source>新建项目</source>
        <translation>New project</translation>
    </message>
    <message>
        <source>替换当前项目的答卷</source>
        <translation>Replace this project&apos;s answers</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>已有打开的项目。要用“%1”新建项目，还是替换当前项目的答卷？</source>
        <translation>A project is open. Begin a new project with “%1”, or replace the answers of this one?</translation>
    </message>
    <message>
        <source>丢弃后无法找回项目“%1”中未保存的编辑。</source>
        <translation>Once discarded, the unsaved edits of “%1” cannot be had back.</translation>
    </message>
    <message>
        <source>丢弃未保存的编辑？</source>
        <translation>Discard the unsaved edits?</translation>
    </message>
    <message>
        <source>未命名项目</source>
        <translation>Untitled project</translation>
    </message>
    <message>
        <source>丢弃</source>
        <translation>Discard</translation>
    </message>
    <message>
        <source>保存项目</source>
        <translation>Save project</translation>
    </message>
    <message>
        <source>Word 文档 (*.docx)</source>
        <translation>Word documents (*.docx)</translation>
    </message>
    <message>
        <source>Excel 工作簿 (*.xlsx)</source>
        <translation>Excel workbooks (*.xlsx)</translation>
    </message>
    <message>
        <source>网页 (*.html)</source>
        <translation>Web pages (*.html)</translation>
    </message>
    <message>
        <source>导出报告</source>
        <translation>Export the report</translation>
    </message>
    <message>
        <source>%1 诊断报告</source>
        <translation>%1 Diagnostic report</translation>
    </message>
    <message>
        <source>PDF 文件 (*.pdf)</source>
        <translation>PDF files (*.pdf)</translation>
    </message>
    <message>
        <source>导出台账</source>
        <translation>Export ledger</translation>
    </message>
    <message>
        <source>整改台账</source>
        <translation>Ledger</translation>
    </message>
    <message>
        <source>文件已被改动</source>
        <translation>The file was changed</translation>
    </message>
    <message>
        <source>项目文件在别处被改动过。要用当前内容覆盖，还是另存为新的文件？</source>
        <translation>The project file was changed elsewhere. Overwrite it with what is here, or save as a new file?</translation>
    </message>
    <message>
        <source>另存为…</source>
        <translation>Save as…</translation>
    </message>
    <message>
        <source>覆盖</source>
        <translation>Overwrite</translation>
    </message>
    <message>
        <source>项目没有正常关闭</source>
        <translation>The project was not closed properly</translation>
    </message>
</context>
<context>
    <name>QualityPanel</name>
    <message>
        <source>质量</source>
        <translation>Quality</translation>
    </message>
    <message>
        <source>答卷质量</source>
        <translation>Quality of the answers</translation>
    </message>
    <message>
        <source>规则只做标记，不删除数据。勾选的规则所标记的答卷不进入主要结果；报告同时给出保留全部答卷的结果。</source>
        <translation>Rules only flag, they delete nothing. Answers flagged by a ticked rule stay out of the main results; the report also gives the results with all answers.</translation>
    </message>
    <message>
        <source>排除这些规则标记的答卷</source>
        <translation>Leave out what these rules flag</translation>
    </message>
    <message>
        <source>排除规则</source>
        <translation>Rules that exclude</translation>
    </message>
    <message>
        <source>这样剔除的理由</source>
        <translation>Why these rules</translation>
    </message>
    <message>
        <source>谁、何时、为什么选这些规则；写入报告</source>
        <translation>Who chose them, when and why; goes into the report</translation>
    </message>
    <message>
        <source>可不填</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>判定界限</source>
        <translation>Limits</translation>
    </message>
    <message>
        <source>每题最少用时（秒）</source>
        <translation>Seconds per item at least</translation>
    </message>
    <message>
        <source>连续同答的题数超过</source>
        <translation>Same answer for more than</translation>
    </message>
    <message>
        <source>个人内标准差低于</source>
        <translation>SD within a person below</translation>
    </message>
    <message>
        <source>缺答比例高于</source>
        <translation>Missing answers above</translation>
    </message>
    <message>
        <source>与另一份答卷相同的答案达到</source>
        <translation>Answers equal to another sheet&apos;s from</translation>
    </message>
    <message>
        <source>整体作答异常的概率低于</source>
        <translation>Probability of such odd answers below</translation>
    </message>
    <message>
        <source>计分至少需答出构念题项的</source>
        <translation>Items of a construct needed for a score</translation>
    </message>
    <message>
        <source>样本构成</source>
        <translation>The sample</translation>
    </message>
    <message>
        <source>受访者角色</source>
        <translation>Respondent&apos;s role</translation>
    </message>
    <message>
        <source>导入份数</source>
        <translation>Imported</translation>
    </message>
    <message>
        <source>排除</source>
        <translation>Left out</translation>
    </message>
    <message>
        <source>进入分析</source>
        <translation>Analysed</translation>
    </message>
    <message>
        <source>占分析样本</source>
        <translation>Of the sample</translation>
    </message>
    <message>
        <source>质量规则</source>
        <translation>Quality rules</translation>
    </message>
    <message>
        <source>规则</source>
        <translation>Rule</translation>
    </message>
    <message>
        <source>标记份数</source>
        <translation>Flagged</translation>
    </message>
    <message>
        <source>占全部答卷</source>
        <translation>Of all answers</translation>
    </message>
    <message>
        <source>处理</source>
        <translation>Use</translation>
    </message>
    <message>
        <source>被排除的答卷</source>
        <translation>Answers left out</translation>
    </message>
    <message>
        <source>文件中的行</source>
        <translation>Row in the file</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>各题的缺答</source>
        <translation>Missing answers by item</translation>
    </message>
    <message>
        <source>题项</source>
        <translation>Item</translation>
    </message>
    <message>
        <source>题干</source>
        <translation>Wording</translation>
    </message>
    <message>
        <source>有效</source>
        <translation>Valid</translation>
    </message>
    <message>
        <source>未出示</source>
        <translation>Not shown</translation>
    </message>
    <message>
        <source>空答</source>
        <translation>Left empty</translation>
    </message>
    <message>
        <source>不了解</source>
        <translation>Don&apos;t know</translation>
    </message>
    <message>
        <source>其他</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>声明的缺失码和未能识别的内容</source>
        <translation>Declared missing codes and cells not understood</translation>
    </message>
    <message>
        <source>导入时注意到的问题</source>
        <translation>Noticed while importing</translation>
    </message>
    <message>
        <source>位置、问题与建议</source>
        <translation>Place, problem and advice</translation>
    </message>
    <message>
        <source>样本与规则</source>
        <translation>Sample and rules</translation>
    </message>
    <message>
        <source>人工处理</source>
        <translation>By hand</translation>
    </message>
    <message>
        <source>缺答</source>
        <translation>Missing</translation>
    </message>
    <message>
        <source>导入记录</source>
        <translation>Import notes</translation>
    </message>
    <message>
        <source>按“运行诊断”后在此显示结果</source>
        <translation>Results appear here after “Run diagnosis”</translation>
    </message>
    <message>
        <source>没有这样的答卷</source>
        <translation>No such answers</translation>
    </message>
    <message>
        <source>导入时没有发现问题</source>
        <translation>Nothing was noticed while importing</translation>
    </message>
    <message>
        <source>合计</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>其他（人数不足，合并）</source>
        <translation>Others (small, merged)</translation>
    </message>
    <message>
        <source>只标记</source>
        <translation>Flag only</translation>
    </message>
    <message>
        <source>可以运行</source>
        <translation>Ready to run</translation>
    </message>
    <message>
        <source>保留 %1 / %2 份</source>
        <translation>%1 of %2 kept</translation>
    </message>
</context>
<context>
    <name>ReportPanel</name>
    <message>
        <source>报告</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>诊断报告</source>
        <translation>Diagnostic report</translation>
    </message>
    <message>
        <source>填写封面信息，生成 A4 报告。相同的数据、选项和日期得到完全相同的文件。</source>
        <translation>Fill in the cover and make the A4 report. The same data, options and date give the very same file.</translation>
    </message>
    <message>
        <source>封面</source>
        <translation>Cover</translation>
    </message>
    <message>
        <source>学校</source>
        <translation>University</translation>
    </message>
    <message>
        <source>例如：××职业技术大学</source>
        <translation>e.g. ×× University</translation>
    </message>
    <message>
        <source>编制部门</source>
        <translation>Prepared by</translation>
    </message>
    <message>
        <source>例如：科研处</source>
        <translation>e.g. Research Office</translation>
    </message>
    <message>
        <source>批次</source>
        <translation>Wave</translation>
    </message>
    <message>
        <source>例如：2026 年第一轮</source>
        <translation>e.g. 2026, first wave</translation>
    </message>
    <message>
        <source>密级</source>
        <translation>Classification</translation>
    </message>
    <message>
        <source>例如：内部资料</source>
        <translation>e.g. internal</translation>
    </message>
    <message>
        <source>报告日期</source>
        <translation>Date of the report</translation>
    </message>
    <message>
        <source>生成与导出</source>
        <translation>Make and export</translation>
    </message>
    <message>
        <source>生成报告</source>
        <translation>Make the report</translation>
    </message>
    <message>
        <source>导出报告…</source>
        <translation>Export report…</translation>
    </message>
    <message>
        <source>格式：PDF、Word、Excel、网页</source>
        <translation>Formats: PDF, Word, Excel, web page</translation>
    </message>
    <message>
        <source>导出复核后的台账…</source>
        <translation>Export the reviewed ledger…</translation>
    </message>
    <message>
        <source>修改“%1”</source>
        <translation>Change “%1”</translation>
    </message>
    <message>
        <source>修改报告日期</source>
        <translation>Change the date of the report</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Smaller</translation>
    </message>
    <message>
        <source>适合宽度</source>
        <translation>Fit the width</translation>
    </message>
    <message>
        <source>第 %1 页，共 %2 页</source>
        <translation>Page %1 of %2</translation>
    </message>
    <message>
        <source>报告预览</source>
        <translation>Preview of the report</translation>
    </message>
    <message>
        <source>按“生成报告”后在此预览</source>
        <translation>Press “Make the report” to see it here</translation>
    </message>
    <message>
        <source>运行诊断后可以生成报告</source>
        <translation>A report can be made after the diagnosis has run</translation>
    </message>
    <message>
        <source>选项或答卷已改变，请先按“运行诊断”更新结果。</source>
        <translation>Options or answers have changed; please “Run diagnosis” first.</translation>
    </message>
    <message>
        <source>需要先运行诊断。</source>
        <translation>The diagnosis must be run first.</translation>
    </message>
    <message>
        <source>需要重新运行</source>
        <translation>Must be run again</translation>
    </message>
    <message>
        <source>可以生成</source>
        <translation>Ready to make</translation>
    </message>
    <message numerus="yes">
        <source>%n 页</source>
        <translation>
            <numerusform>%n page</numerusform>
            <numerusform>%n pages</numerusform>
        </translation>
    </message>
    <message>
        <source>已生成</source>
        <translation>Made</translation>
    </message>
</context>
<context>
    <name>ResultTable</name>
    <message>
        <source>复制表格，可直接粘贴到 Word 或 Excel</source>
        <translation>Copy the table, ready for Word or Excel</translation>
    </message>
    <message>
        <source>复制表格：%1</source>
        <translation>Copy table: %1</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>选项或答卷已改变，以下是上一次运行的结果。按“运行诊断”更新。</source>
        <translation>Options or answers have changed; these are the results of the last run. “Run diagnosis” to update them.</translation>
    </message>
    <message>
        <source>%1：%2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>表中各列的含义</source>
        <translation>What the columns mean</translation>
    </message>
    <message>
        <source>按“运行诊断”后在此显示结果</source>
        <translation>Results appear here after “Run diagnosis”</translation>
    </message>
    <message>
        <source>数据不支持这项计算，原因见上方提示</source>
        <translation>The data do not support this; the reason is above</translation>
    </message>
    <message>
        <source>可以运行</source>
        <translation>Ready to run</translation>
    </message>
    <message>
        <source>不适用</source>
        <translation>Not applicable</translation>
    </message>
</context>
<context>
    <name>ReviewPanel</name>
    <message>
        <source>量表检验</source>
        <translation>Scale review</translation>
    </message>
    <message>
        <source>题项是否各归其位，答案是否主要来自作答方式，哪些题要改。检验全部通过以前，量表是试用版，结果照常可用，但要如实说明。</source>
        <translation>Whether items fall where they belong, whether answers come mainly from the way of answering, and which items to mend. Until every check passes the scale is a trial version: results can be used, but that must be said.</translation>
    </message>
    <message>
        <source>共同方法偏差</source>
        <translation>Common method bias</translation>
    </message>
    <message>
        <source>标记变量</source>
        <translation>Marker variable</translation>
    </message>
    <message>
        <source>没有</source>
        <translation>None</translation>
    </message>
    <message>
        <source>理论上应与其他构念都无关的构念；问卷里没有就选“没有”</source>
        <translation>A construct that in theory has nothing to do with the others; choose “None” if there is none</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>平行分析的随机数据组数</source>
        <translation>Random data sets of the parallel analysis</translation>
    </message>
    <message>
        <source>用来判断因子个数</source>
        <translation>Decides the number of factors</translation>
    </message>
    <message>
        <source>载荷标准误的自助抽样次数</source>
        <translation>Bootstrap draws for SEs of loadings</translation>
    </message>
    <message>
        <source>0 表示不计算；较费时间</source>
        <translation>0: not computed; takes time</translation>
    </message>
    <message>
        <source>随机种子</source>
        <translation>Random seed</translation>
    </message>
    <message>
        <source>答卷少于 10 份，或没有可检验的构念，这一步不适用。</source>
        <translation>Fewer than 10 answers, or no construct to review: this step does not apply.</translation>
    </message>
    <message>
        <source>检验结论</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <source>要改的题</source>
        <translation>Items to mend</translation>
    </message>
    <message>
        <source>因子</source>
        <translation>Factors</translation>
    </message>
    <message>
        <source>方法偏差</source>
        <translation>Method bias</translation>
    </message>
    <message>
        <source>单位内一致性</source>
        <translation>Agreement in units</translation>
    </message>
    <message>
        <source>检验通过</source>
        <translation>Passed</translation>
    </message>
    <message>
        <source>试用版</source>
        <translation>Trial version</translation>
    </message>
</context>
<context>
    <name>ScaleEditor</name>
    <message>
        <source>选项，从低到高；可拖动</source>
        <translation>Options, low to high; drag to order</translation>
    </message>
    <message>
        <source>采用这个顺序</source>
        <translation>Use this order</translation>
    </message>
    <message>
        <source>上移</source>
        <translation>Up</translation>
    </message>
    <message>
        <source>下移</source>
        <translation>Down</translation>
    </message>
    <message>
        <source>颠倒顺序</source>
        <translation>Turn round</translation>
    </message>
    <message>
        <source>不计分（不了解、不适用）</source>
        <translation>Not scored (don&apos;t know, not applicable)</translation>
    </message>
    <message>
        <source>选项与编码，从低到高</source>
        <translation>Options and codes, low to high</translation>
    </message>
    <message>
        <source>请把选项按从低到高排好</source>
        <translation>Please put the options in order, low to high</translation>
    </message>
    <message numerus="yes">
        <source>同时用于选项相同的另外 %n 列</source>
        <translation>
            <numerusform>Also for %n other column with the same options</numerusform>
            <numerusform>Also for %n other columns with the same options</numerusform>
        </translation>
    </message>
    <message>
        <source>%1&#x3000;%2&#x3000;（%3 份）</source>
        <translation>%1&#x3000;%2&#x3000;(%3 answers)</translation>
    </message>
</context>
<context>
    <name>StageOptions</name>
    <message>
        <source>修改“%1”</source>
        <translation>Change “%1”</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>停止</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>正在读取文件</source>
        <translation>Reading the file</translation>
    </message>
    <message>
        <source>正在打开项目</source>
        <translation>Opening the project</translation>
    </message>
    <message>
        <source>正在运行诊断</source>
        <translation>Running the diagnosis</translation>
    </message>
    <message>
        <source>正在生成报告</source>
        <translation>Making the report</translation>
    </message>
    <message>
        <source>正在保存</source>
        <translation>Saving</translation>
    </message>
    <message numerus="yes">
        <source>答卷 %n 份</source>
        <translation>
            <numerusform>%n answer</numerusform>
            <numerusform>%n answers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>，分析样本 %n 份</source>
        <translation>
            <numerusform>, %n analysed</numerusform>
            <numerusform>, %n analysed</numerusform>
        </translation>
    </message>
    <message>
        <source>只读</source>
        <translation>Read-only</translation>
    </message>
    <message>
        <source>尚未保存到文件（编辑已自动暂存）</source>
        <translation>Not saved to a file yet (edits are kept)</translation>
    </message>
    <message>
        <source>有未保存的编辑（已自动暂存）</source>
        <translation>Unsaved edits (kept)</translation>
    </message>
    <message>
        <source>已保存</source>
        <translation>Saved</translation>
    </message>
</context>
<context>
    <name>StepList</name>
    <message>
        <source>步骤</source>
        <translation>Steps</translation>
    </message>
</context>
<context>
    <name>StructurePanel</name>
    <message>
        <source>结构方程</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>结构方程模型</source>
        <translation>Structural equation model</translation>
    </message>
    <message>
        <source>横断面数据只能说明关联，不能说明因果。样本量决定能够支持多复杂的模型，程序按阶梯自动选择，也可以指定。</source>
        <translation>Data of one moment show association, not cause. The sample size decides how complex a model may be; the program walks down a ladder, or you choose.</translation>
    </message>
    <message>
        <source>模型</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>使用的模型</source>
        <translation>Model to use</translation>
    </message>
    <message>
        <source>lavaan 模型语句</source>
        <translation>Model in lavaan syntax</translation>
    </message>
    <message>
        <source>lavaan 语法，使用题项或构念代码，改动后按“运行诊断”。</source>
        <translation>lavaan syntax over codes of items and constructs; “Run diagnosis” after a change.</translation>
    </message>
    <message>
        <source>计算</source>
        <translation>Computation</translation>
    </message>
    <message>
        <source>间接效应自助抽样次数</source>
        <translation>Bootstrap draws for indirect effects</translation>
    </message>
    <message>
        <source>用第二引擎（semopy）核对</source>
        <translation>Check with a second engine (semopy)</translation>
    </message>
    <message>
        <source>自动（按样本量阶梯）</source>
        <translation>Automatic (ladder by sample size)</translation>
    </message>
    <message>
        <source>自己的模型</source>
        <translation>My own model</translation>
    </message>
    <message>
        <source>选择模型</source>
        <translation>Choose a model</translation>
    </message>
    <message>
        <source>编辑模型</source>
        <translation>Edit the model</translation>
    </message>
    <message>
        <source>直接</source>
        <translation>Direct</translation>
    </message>
    <message>
        <source>间接</source>
        <translation>Indirect</translation>
    </message>
    <message>
        <source>总效应</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>路径与效应</source>
        <translation>Paths and effects</translation>
    </message>
    <message>
        <source>效应</source>
        <translation>Effect</translation>
    </message>
    <message>
        <source>类型</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>估计值</source>
        <translation>Estimate</translation>
    </message>
    <message>
        <source>标准误</source>
        <translation>SE</translation>
    </message>
    <message>
        <source>95% 区间</source>
        <translation>95% interval</translation>
    </message>
    <message>
        <source>标准化</source>
        <translation>Standardized</translation>
    </message>
    <message>
        <source>模型拟合</source>
        <translation>Fit of the model</translation>
    </message>
    <message>
        <source>支持</source>
        <translation>Enough</translation>
    </message>
    <message>
        <source>不支持</source>
        <translation>Not enough</translation>
    </message>
    <message>
        <source>模型阶梯：从要求最高的一级起</source>
        <translation>Ladder of models, the most demanding first</translation>
    </message>
    <message>
        <source>所需样本</source>
        <translation>Sample needed</translation>
    </message>
    <message>
        <source>样本</source>
        <translation>Sample</translation>
    </message>
    <message>
        <source>结论</source>
        <translation>Conclusion</translation>
    </message>
    <message>
        <source>全部参数</source>
        <translation>All parameters</translation>
    </message>
    <message>
        <source>左侧</source>
        <translation>Left</translation>
    </message>
    <message>
        <source>关系</source>
        <translation>Relation</translation>
    </message>
    <message>
        <source>右侧</source>
        <translation>Right</translation>
    </message>
    <message>
        <source>标签</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>路径图</source>
        <translation>Path diagram</translation>
    </message>
    <message>
        <source>拟合</source>
        <translation>Fit</translation>
    </message>
    <message>
        <source>模型阶梯</source>
        <translation>Ladder</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Smaller</translation>
    </message>
    <message>
        <source>显示全图</source>
        <translation>Show all</translation>
    </message>
    <message>
        <source>重新自动排列</source>
        <translation>Arrange again</translation>
    </message>
    <message>
        <source>导出图片（PNG 或 SVG）</source>
        <translation>Export the picture (PNG or SVG)</translation>
    </message>
    <message>
        <source>椭圆为潜变量，方框为观测变量，数字为标准化估计，虚线不显著。可拖动节点，Ctrl 加滚轮缩放。</source>
        <translation>Ellipses are latent, boxes observed variables; standardized estimates; dashed is not significant. Drag nodes; Ctrl and wheel to zoom.</translation>
    </message>
    <message>
        <source>样本 %1 份</source>
        <translation>Sample of %1</translation>
    </message>
    <message>
        <source>第二引擎 semopy %1 核对了 %2 个参数，最大差异 %3。</source>
        <translation>The second engine semopy %1 checked %2 parameters; largest difference %3.</translation>
    </message>
    <message>
        <source>按“运行诊断”后在此显示路径图</source>
        <translation>The path diagram appears here after “Run diagnosis”</translation>
    </message>
    <message>
        <source>没有可显示的模型，原因见上方提示</source>
        <translation>There is no model to show; the reason is above</translation>
    </message>
    <message>
        <source>相关因子模型</source>
        <translation>Correlated factors</translation>
    </message>
    <message>
        <source>移动路径图节点</source>
        <translation>Move a node of the diagram</translation>
    </message>
    <message>
        <source>重新排列路径图</source>
        <translation>Arrange the diagram again</translation>
    </message>
    <message>
        <source>PNG 图片 (*.png)</source>
        <translation>PNG picture (*.png)</translation>
    </message>
    <message>
        <source>SVG 矢量图 (*.svg)</source>
        <translation>SVG picture (*.svg)</translation>
    </message>
    <message>
        <source>导出路径图</source>
        <translation>Export the path diagram</translation>
    </message>
    <message>
        <source>路径图.png</source>
        <translation>path-diagram.png</translation>
    </message>
    <message>
        <source>图片没有写成</source>
        <translation>The picture was not written</translation>
    </message>
    <message>
        <source>样本不支持模型</source>
        <translation>No model for this sample</translation>
    </message>
</context>
<context>
    <name>StudyTreeModel</name>
    <message>
        <source>构念与题项</source>
        <translation>Constructs and items</translation>
    </message>
    <message>
        <source>代码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>反向</source>
        <translation>Reversed</translation>
    </message>
    <message>
        <source>方向</source>
        <translation>Direction</translation>
    </message>
    <message>
        <source>系统</source>
        <translation>System</translation>
    </message>
    <message>
        <source>正向</source>
        <translation>Not reversed</translation>
    </message>
    <message>
        <source>未归入构念（%1 题）</source>
        <translation>In no construct (%1 items)</translation>
    </message>
    <message>
        <source>%1（%2 题）</source>
        <translation>%1 (%2 items)</translation>
    </message>
    <message>
        <source>制约，高为差</source>
        <translation>Constraint, high is bad</translation>
    </message>
    <message>
        <source>正向，高为好</source>
        <translation>Positive, high is good</translation>
    </message>
    <message>
        <source>更改反向计分</source>
        <translation>Change reverse key</translation>
    </message>
    <message>
        <source>重命名构念</source>
        <translation>Rename a construct</translation>
    </message>
    <message>
        <source>更改构念方向</source>
        <translation>Change the direction of a construct</translation>
    </message>
    <message>
        <source>归入耦合系统</source>
        <translation>Assign to a coupling system</translation>
    </message>
    <message>
        <source>移动题项</source>
        <translation>Move items</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>融诊</source>
        <translation>Rongzhen</translation>
    </message>
    <message>
        <source>产教融合、科教融汇制约因素诊断。导入问卷答卷，检查质量与信效度，拟合结构方程，测算耦合协调度，找出制约因素，生成可交付的中文诊断报告。数据不离开本机。</source>
        <translation>Diagnosis of what constrains industry-education and science-education integration. Import the answers of a survey, check quality, reliability and validity, fit structural equations, measure coupling coordination, find the constraints, and make a report to hand on. Data never leave this computer.</translation>
    </message>
    <message>
        <source>导入答卷</source>
        <translation>Import answers</translation>
    </message>
    <message>
        <source>问卷星、SPSS、Excel、CSV</source>
        <translation>Wenjuanxing, SPSS, Excel, CSV</translation>
    </message>
    <message>
        <source>打开项目</source>
        <translation>Open project</translation>
    </message>
    <message>
        <source>继续已保存的诊断</source>
        <translation>Go on with a saved diagnosis</translation>
    </message>
    <message>
        <source>打开示例</source>
        <translation>Open the sample</translation>
    </message>
    <message>
        <source>内置模拟数据，先看一遍</source>
        <translation>Simulated data, to look around</translation>
    </message>
    <message>
        <source>最近的项目</source>
        <translation>Recent projects</translation>
    </message>
    <message>
        <source>打开 %1</source>
        <translation>Open %1</translation>
    </message>
    <message>
        <source>未命名项目</source>
        <translation>Untitled project</translation>
    </message>
    <message>
        <source>上次异常退出留下的项目“%1”（%2）已损坏，无法恢复。文件保留在 %3。</source>
        <translation>The project “%1” (%2) left by a crash is damaged and cannot be recovered. The file is kept at %3.</translation>
    </message>
    <message>
        <source>上次没有正常退出。项目“%1”（%2）有未保存的编辑，可以恢复。</source>
        <translation>The program did not end properly. Project “%1” (%2) has unsaved edits that can be recovered.</translation>
    </message>
    <message>
        <source>恢复</source>
        <translation>Recover</translation>
    </message>
    <message>
        <source>丢弃</source>
        <translation>Discard</translation>
    </message>
</context>
</TS>
