import { localDateTime } from '../../common/calendar.ts';
import type { PipelineContext } from '../context.ts';
import type { EncodedInterchange } from './encoded-interchange.ts';
import type { OpenedInterchange } from './envelope.ts';
import { sentGroupKey, sentInterchangeKey } from '../interchange/sent-keys.ts';

/** Ends an interchange; returns its bytes with what its answers will be recognised by. */
export function completeInterchange(
  opened: OpenedInterchange,
  transactionType: string,
  more: { mapId?: string; acknowledgmentExpected: boolean },
): EncodedInterchange {
  const { header, groups } = opened;
  const { sender, receiver, controlNumber, test, standard } = header;
  const group = groups[0];
  return {
    bytes: opened.finish(),
    standard,
    transactionType,
    senderId: sender.id,
    receiverId: receiver.id,
    controlNumber,
    controlKey: sentInterchangeKey(sender.id, receiver.id, controlNumber),
    groupKey:
      group === undefined || standard === 'edifact'
        ? ''
        : sentGroupKey(
            group.applicationSender,
            group.applicationReceiver,
            group.functionalId,
            group.controlNumber,
          ),
    test,
    groups,
    ...more,
  };
}

/** Date and time as our company writes them into envelopes. */
export function companyTime(context: PipelineContext): { date: string; time: string } {
  return localDateTime(context.clock.now(), context.policyOf('').companyCalendar.timeZone);
}
