import type { ClaimRecord, FileRecord, WorkRecord } from '../../src/pipeline/records.ts';

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

export function workRecord(id: string, changes: Partial<WorkRecord> = {}): WorkRecord {
  return {
    id,
    revision: 0,
    kind: 'processFile',
    key: id,
    orderingKey: '',
    partnerId: 'acme',
    lane: 1,
    sequence: id,
    position: `1/acme/${id}`,
    status: 'ready',
    payload: {},
    createdAt: '2026-03-02T08:00:00.000Z',
    notBefore: '2026-03-02T08:00:00.000Z',
    attempts: 0,
    owner: '',
    epoch: 0,
    leaseUntil: '',
    history: [],
    ...changes,
  };
}
