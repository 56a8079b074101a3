import type { ClaimRecord, FileRecord } from '../../src/pipeline/records.ts';

export function claimRecord(id: string, ownerId = 'owner'): ClaimRecord {
  return { id, revision: 0, ownerId, contentSha256: '', createdAt: '2026-03-02T08:00:00.000Z' };
}

export function fileRecord(id: string, changes: Partial<FileRecord> = {}): FileRecord {
  return {
    id,
    revision: 0,
    direction: 'inbound',
    partnerId: 'acme',
    channel: 'folder',
    name: `${id}.edi`,
    sha256: '',
    sizeBytes: 0,
    createdAt: '2026-03-02T08:00:00.000Z',
    status: 'received',
    findings: [],
    ...changes,
  };
}
