import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { sendBytes } from '../data/api.ts';
import { partnersQuery } from '../data/queries.ts';
import type { FilePreview } from '../data/types.ts';
import { formatCount, formatSize, humanise } from '../words/format.ts';
import { Dialog, DialogButton, STAYS } from './dialog.tsx';
import { FindingNote } from './findings.tsx';
import { Status } from './status.tsx';
import { Steps } from './steps.tsx';
import { useToasts } from './toasts.tsx';
import styles from './upload-dialog.module.css';

/** Shows first what would happen to a file; only then can it be handed in. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { data: partners } = useQuery(partnersQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toasts = useToasts();
  const [partner, setPartner] = useState('');
  const [file, setFile] = useState<File>();
  const [looked, setLooked] = useState<{ file: File; partnerId: string; preview: FilePreview }>();
  const [over, setOver] = useState(false);
  const partnerId = partner === '' ? (partners?.records[0]?.id ?? '') : partner;
  // Of another file, chosen while the answer was awaited, it says nothing.
  const preview = looked?.file === file && looked?.partnerId === partnerId ? looked.preview : undefined;

  const path = (end: string) =>
    `partners/${encodeURIComponent(partnerId)}/files${end}?name=${encodeURIComponent(file?.name ?? '')}`;
  const look = async () => {
    setLooked({ file: file!, partnerId, preview: await sendBytes<FilePreview>(path('/preview'), file!) });
    return STAYS;
  };
  const handIn = async () => {
    const { id } = await sendBytes<{ id: string }>(path(''), file!);
    void queryClient.invalidateQueries({ queryKey: ['files'] });
    toasts.tell(`${file!.name} is handed in and being processed.`);
    void navigate({ to: '/files/$id', params: { id } });
  };
  const take = (taken: File | undefined) => {
    setFile(taken);
    setLooked(undefined);
  };

  return (
    <Dialog title="Try a file" onClose={onClose} wide>
      <label className={styles.partner}>
        As if it came from
        <select
          value={partnerId}
          onChange={(event) => {
            setPartner(event.currentTarget.value);
            setLooked(undefined);
          }}
        >
          {(partners?.records ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label
        className={styles.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <input
          type="file"
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            // The same file can be chosen again when it was mended.
            event.currentTarget.value = '';
          }}
        />
        {file === undefined ? (
          <span>
            Drop an EDI or XML file here, or <u>choose one</u>
          </span>
        ) : (
          <span>
            <strong>{file.name}</strong>, {formatSize(file.size)}
          </span>
        )}
      </label>
      {preview === undefined ? null : <PreviewResult preview={preview} />}
      <div className={styles.buttons}>
        {preview === undefined ? (
          <DialogButton disabled={file === undefined || partnerId === ''} onPress={look}>
            What would happen?
          </DialogButton>
        ) : (
          <>
            <span className={styles.note}>Nothing has been kept so far.</span>
            <Button variant="default" onClick={() => take(undefined)}>
              Another file
            </Button>
            <DialogButton onPress={handIn}>Hand it in</DialogButton>
          </>
        )}
      </div>
    </Dialog>
  );
}

function PreviewResult({ preview }: { preview: FilePreview }) {
  const findings = [...preview.findings, ...preview.documents.flatMap((document) => document.findings)];
  return (
    <section className={styles.result} aria-label="What would happen">
      <p>
        Read as <strong>{preview.syntax}</strong>: {formatCount(preview.documents.length, 'document')},{' '}
        {formatCount(findings.length, 'finding')}.
      </p>
      <ul>
        {preview.documents.map((document, index) => (
          <li key={index}>
            {document.transactionType} {humanise(document.documentType)} <strong>{document.number}</strong>{' '}
            <Status
              code={
                document.findings.some((finding) => finding.severity === 'error') ? 'rejected' : 'accepted'
              }
              text={
                document.findings.some((finding) => finding.severity === 'error')
                  ? 'would be rejected'
                  : 'would be accepted'
              }
            />
          </li>
        ))}
      </ul>
      <Steps rows={findings} name="finding">
        {(shown) => shown.map((finding, index) => <FindingNote key={index} finding={finding} />)}
      </Steps>
      {preview.acknowledgment === undefined ? null : (
        <details>
          <summary>The acknowledgment that would be returned</summary>
          <pre>{preview.acknowledgment}</pre>
        </details>
      )}
    </section>
  );
}
