import { repeatRules as rulesOf } from '../../pipeline/repeat/repeat-rules.ts';
import { endpoint } from '../endpoint.ts';
import { repeatRules } from '../schemas/repeat.ts';

export const showRepeatRules = endpoint({
  method: 'get',
  path: '/api/repeat-rules',
  operationId: 'showRepeatRules',
  tag: 'Repeats',
  summary: 'How many may be done again at once, and from when on a second person has to agree',
  role: 'viewer',
  answer: repeatRules,
  handle({ gateway: { partners } }) {
    const { atMost, secondPersonItems, secondPersonAbove } = rulesOf(partners.company);
    const { currency } = partners.company;
    return Promise.resolve({
      ...{ atMost, secondPersonItems, currency },
      ...(secondPersonAbove !== undefined && { secondPersonAbove }),
    });
  },
});
