import { useQuery } from '@tanstack/react-query';
import { as2MessagesQuery } from '../data/queries.ts';
import type { As2Message } from '../data/types.ts';
import { formatSize } from '../words/format.ts';
import { Card, Fact, Facts } from './page.tsx';
import { Status } from './status.tsx';
import { When } from './when.tsx';

/** The AS2 messages that carried a file: what was proved, and the evidence to keep. */
export function As2Messages({ fileId }: { fileId: string }) {
  const { data } = useQuery(as2MessagesQuery(fileId));
  const messages = data?.messages ?? [];
  return messages.map((message) => <MessageCard key={message.id} message={message} />);
}

function MessageCard({ message }: { message: As2Message }) {
  const { receipt, trouble } = message;
  const evidence = `/api/as2-messages/${encodeURIComponent(message.id)}/evidence`;
  return (
    <Card title="AS2 message" tools={<Status code={message.status} />}>
      <Facts>
        <Fact name="Message-ID">
          <code>{message.messageId}</code>
        </Fact>
        <Fact name="From, to">
          {message.as2From} → {message.as2To}
        </Fact>
        <Fact name="Protected by">{message.layers.join(', ') || 'nothing'}</Fact>
        <Fact name="Size">{formatSize(message.sizeBytes)}</Fact>
        <Fact name={message.direction === 'inbound' ? 'Our receipt' : 'Their receipt'}>
          {receipt === undefined ? (
            message.receiptMode === 'none' ? (
              'none was asked for'
            ) : (
              'none yet'
            )
          ) : (
            <>
              {receipt.disposition}
              {receipt.signed ? ', signed' : ', not signed'}, <When at={receipt.at} />
              {receipt.positive || receipt.text === '' ? null : <> “{receipt.text}”</>}
            </>
          )}
        </Fact>
        {trouble === undefined ? null : <Fact name="Trouble">{trouble}</Fact>}
        {message.notes.map((note) => (
          <Fact key={`${note.at} ${note.text}`} name="Note">
            {note.text}
          </Fact>
        ))}
        <Fact name="Evidence">
          <a href={evidence}>Download</a>
        </Fact>
      </Facts>
    </Card>
  );
}
