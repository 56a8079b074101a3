import type { Work } from '../data/types.ts';
import { wordsOfOwner } from './actions.ts';
import { humanise } from './format.ts';
import { labelOf } from './tones.ts';

/** What a work item does, as far as what it carries tells: `Notify supplier: response overdue`. */
export function describeWork({ kind, payload, orderingKey }: Work): string {
  const label = labelOf(kind) ?? humanise(kind);
  const text = (name: string) => (typeof payload[name] === 'string' ? payload[name] : '');
  if (kind === 'notify') {
    return `Notify ${wordsOfOwner(text('audience')).toLowerCase().replace(/^edi/, 'EDI')}: ${humanise(text('template')).toLowerCase()}`;
  }
  if (kind === 'writeErp') {
    const command = payload['command'] as { kind?: unknown; orderIds?: unknown } | undefined;
    const what = typeof command?.kind === 'string' ? humanise(command.kind).toLowerCase() : '';
    const orders = Array.isArray(command?.orderIds) ? command.orderIds.join(', ') : '';
    return [label, [what, orders].filter((part) => part !== '').join(' of ')]
      .filter((part) => part !== '')
      .join(': ');
  }
  const about = text('orderId') || orderingKey.replace(/^\w+:/, '');
  return kind === 'processFile' || about === '' ? label : `${label}: ${about}`;
}
