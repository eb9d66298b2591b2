import { check, list, section, text } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';
import { type InhibitionRule } from '../../inhibition/inhibitor';
import { type MatcherParser } from '../../matchers/matcher-parser';
import { exactMatches, matchers, missingExpression, namedMatchers, regexMatches } from './matcher-fields';

/** An element of `inhibit_rules`. */
export function inhibitionSection(parser: MatcherParser): z.ZodType<InhibitionSection> {
  return check(inhibitionFields(parser), (rule) => {
    const invalid = rule.equal.find((name) => !parser.isValidLabelName(name));
    if (invalid !== undefined) return `invalid label name ${quoteGo(invalid)} in equal list`;
    return missingExpression(rule.source_match_re) ?? missingExpression(rule.target_match_re);
  });
}

function inhibitionFields(parser: MatcherParser) {
  return section('common.plain', {
    name: text(),
    source_match: exactMatches(),
    source_match_re: regexMatches('common.plain'),
    source_matchers: matchers(parser),
    target_match: exactMatches(),
    target_match_re: regexMatches('common.plain'),
    target_matchers: matchers(parser),
    equal: list(text({ always: true })),
  });
}

export type InhibitionSection = z.output<ReturnType<typeof inhibitionFields>>;

/** The rule that it stands for. */
export function inhibitionRule(rule: InhibitionSection): InhibitionRule {
  return {
    name: rule.name,
    sourceMatchers: [...namedMatchers(rule.source_match, rule.source_match_re), ...rule.source_matchers],
    targetMatchers: [...namedMatchers(rule.target_match, rule.target_match_re), ...rule.target_matchers],
    equal: rule.equal,
  };
}
