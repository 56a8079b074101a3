import type { WriteContext } from './write-context.ts';
import { createOrFind } from './external-id.ts';
import type { SourceFile } from './source-file.ts';

export interface Note {
  /** Idempotency key: one note for each. */
  key: string;
  model: 'purchase.order' | 'account.move' | 'stock.picking';
  recordId: number;
  /** Plain text, one paragraph each. */
  paragraphs: readonly string[];
  /** Where in the console it comes from. */
  link: { path: string; text: string };
  file?: SourceFile | undefined;
}

/** Writes a note into the chatter of a record, once, with a link back and the supplier's document. Nobody is mailed. */
export async function postNote(context: WriteContext, note: Note): Promise<void> {
  const { client, settings, consoleUrl } = context;
  if (!settings.notes) return;
  const attachmentId =
    note.file === undefined || !settings.attachments ? undefined : await attach(context, note, note.file);
  const link = `<p><a href="${escape(`${consoleUrl}${note.link.path}`)}">${escape(note.link.text)}</a></p>`;
  const body = note.paragraphs.map((text) => `<p>${escape(text)}</p>`).join('') + link;
  const attachment = attachmentId === undefined ? [] : [String(attachmentId)];
  await createOrFind(client, 'note', {
    model: 'mail.message',
    key: note.key,
    fields: [
      'model',
      'res_id',
      'body',
      'message_type',
      'subtype_id/id',
      ...(attachment.length > 0 ? ['attachment_ids/.id'] : []),
    ],
    rows: [[note.model, String(note.recordId), body, 'comment', 'mail.mt_note', ...attachment]],
  });
}

function attach({ client }: WriteContext, note: Note, file: SourceFile): Promise<number> {
  return createOrFind(client, 'file', {
    model: 'ir.attachment',
    key: `${note.model}|${note.recordId}|${file.id}`,
    fields: ['name', 'datas', 'mimetype', 'res_model', 'res_id'],
    rows: [
      [
        file.name,
        Buffer.from(file.bytes).toString('base64'),
        file.mimeType,
        note.model,
        String(note.recordId),
      ],
    ],
  });
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
