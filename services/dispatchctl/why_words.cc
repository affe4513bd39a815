#include "services/dispatchctl/why_words.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

const v1::Why* why_of(const v1::Decision& decision) {
  if (decision.has_unit_assigned()) return &decision.unit_assigned().why();
  if (decision.has_incident_queued()) return &decision.incident_queued().why();
  if (decision.has_unit_proposed()) return &decision.unit_proposed().why();
  if (decision.has_unit_awaited()) return &decision.unit_awaited().why();
  return nullptr;
}

std::string id_of(const v1::DecisionId& id) {
  return std::to_string(id.partition()) + ":" + std::to_string(id.offset()) + ":" + std::to_string(id.index());
}

std::string seconds(std::int64_t ms, Language language) {
  char text[32];
  std::snprintf(text, sizeof text, language == Language::kEnglish ? "%.1f s" : "%.1f 秒",
                static_cast<double>(ms) / 1'000.0);
  return text;
}

const char* chinese(v1::Why::Rule rule) {
  switch (rule) {
    case v1::Why::RULE_SOONEST_IN_TIME:
      return "按道路最快，时限内可到";
    case v1::Why::RULE_SOONEST_TOO_LATE:
      return "无人能按时到达，最快者仍出警";
    case v1::Why::RULE_OPERATOR:
      return "调度员指定";
    case v1::Why::RULE_NOBODY_AVAILABLE:
      return "无可派力量，排队等候";
    case v1::Why::RULE_DIVERTED:
      return "他人不能按时到达，从较轻警情改派";
    case v1::Why::RULE_MATCHED_TOGETHER:
      return "与其他等候警情统筹分配，总迟到最少";
    case v1::Why::RULE_SPARES_COVER:
      return "时限内可到，且留下的防护空白最小";
    case v1::Why::RULE_AWAITED:
      return "等候即将空闲、可更快到达的力量";
    case v1::Why::RULE_OWN_DISTRICT:
      return "本辖区力量；邻区更快者提前不足";
    case v1::Why::RULE_LENT:
      return "应邻市请求支援";
    default:
      return "未知规则";
  }
}

const char* chinese(v1::Passed::Reason reason) {
  switch (reason) {
    case v1::Passed::REASON_BUSY:
      return "正在处警";
    case v1::Passed::REASON_SILENT:
      return "失联或未签收";
    case v1::Passed::REASON_OUT_OF_SERVICE:
      return "停勤";
    case v1::Passed::REASON_NOT_CAPABLE:
      return "能力或类别不符";
    case v1::Passed::REASON_TRIED:
      return "近期拒绝或未签收本警情";
    case v1::Passed::REASON_EXCLUDED:
      return "被调度员排除";
    case v1::Passed::REASON_SHIFT:
      return "未到班次或休息中";
    case v1::Passed::REASON_UNREAD_ORDERS:
      return "未读指令过多";
    case v1::Passed::REASON_OTHER_DISTRICT:
      return "外辖区，预案不准跨区";
    default:
      return "未知原因";
  }
}

std::string rule_of(const v1::Why& why, Language language) {
  return language == Language::kChinese ? chinese(why.rule()) : word("RULE_", v1::Why::Rule_Name(why.rule()));
}

std::string place_of(const v1::RuleReference& rule, const std::string& policy, Language language) {
  if (rule.name().empty()) return "'" + policy + "'";
  const std::string line = std::to_string(rule.line());
  return language == Language::kChinese ? "“" + rule.name() + "”（" + policy + " 第 " + line + " 行）"
                                        : "'" + rule.name() + "' (" + policy + ", line " + line + ")";
}

std::string head(const v1::Why& why, Language language) {
  const std::string deadline_rule = place_of(why.deadline_rule(), why.policy(), language);
  const std::string left = seconds(why.deadline_ms(), language);
  if (language == Language::kChinese) {
    return "    规则：" + rule_of(why, language) + "；时限依据 " + deadline_rule + "；剩余 " + left + "\n    在岗 " +
           std::to_string(why.considered()) + " 个单位：不可用 " + std::to_string(why.not_available()) + "，能力不符 " +
           std::to_string(why.not_capable()) + "，已试 " + std::to_string(why.already_tried()) + "，被排除 " +
           std::to_string(why.excluded()) + "\n";
  }
  return "    rule: " + rule_of(why, language) + "; deadline by " + deadline_rule + "; left to the deadline: " + left +
         "\n    of " + std::to_string(why.considered()) + " units signed on: " + std::to_string(why.not_available()) +
         " not available, " + std::to_string(why.not_capable()) + " not capable, " +
         std::to_string(why.already_tried()) + " already tried, " + std::to_string(why.excluded()) + " excluded\n";
}

std::string line_of(const v1::Candidate& candidate, Language language) {
  const std::string unit = std::to_string(candidate.unit_id());
  const std::string eta = seconds(candidate.eta_ms(), language);
  const std::string turnout = seconds(candidate.turnout_ms(), language);
  const std::string travel = seconds(candidate.travel_ms(), language);
  const std::string ring = std::to_string(candidate.ring_min());
  char loss[32] = "";
  if (candidate.cover_loss_ppm() != 0) {
    std::snprintf(loss, sizeof loss, "%.3f %%", candidate.cover_loss_ppm() / 10'000.0);
  }
  if (language == Language::kChinese) {
    return "    单位 " + unit + "：" + eta + " = 出动 " + turnout + " + 路程 " + travel + "，" +
           (candidate.ring_min() == 0 ? "五分钟以外" : ring + " 分钟圈内") +
           (loss[0] == 0 ? "" : std::string("，离开后防护损失 ") + loss) + "\n";
  }
  return "    unit " + unit + ": " + eta + " = turnout " + turnout + " + road " + travel + ", " +
         (candidate.ring_min() == 0 ? "beyond five minutes" : "ring of " + ring + " min") +
         (loss[0] == 0 ? "" : std::string(", its leaving costs ") + loss + " of the cover") + "\n";
}

std::string line_of(const v1::Passed& passed, Language language) {
  const std::string unit = std::to_string(passed.unit_id());
  const std::string eta = seconds(passed.eta_ms(), language);
  if (language == Language::kChinese) {
    return "    未派单位 " + unit + "：" + chinese(passed.reason()) + "，若派需 " + eta + "\n";
  }
  return "    passed over, unit " + unit + ": " + word("REASON_", v1::Passed::Reason_Name(passed.reason())) +
         "; it would have taken " + eta + "\n";
}

}  // namespace

std::string describe_why(const v1::Decision& decision, Language language) {
  const v1::Why* why = why_of(decision);
  if (why == nullptr) return "";
  std::string text = head(*why, language);
  if (why->plan_entry() != 0 && !why->plan_rule().name().empty()) {
    const std::string plan = place_of(why->plan_rule(), why->policy(), language);
    const std::string entry = std::to_string(why->plan_entry());
    text += language == Language::kChinese ? "    处警方案第 " + entry + " 项，依据 " + plan + "\n"
                                           : "    for place " + entry + " of the plan by " + plan + "\n";
  }
  for (const v1::Candidate& candidate : why->candidates()) text += line_of(candidate, language);
  for (const v1::Passed& passed : why->passed()) text += line_of(passed, language);
  return text + (language == Language::kChinese ? "    决定 " : "    decision ") + id_of(decision.id()) + "\n";
}

std::string as_json(const v1::Decision& decision) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(decision, &json, options);
  return status.ok() ? json : "{}";
}

}  // namespace dispatch135::dispatchctl
