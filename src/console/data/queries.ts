import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { get } from './api.ts';
import { endOfDay, startOfDay } from './day.ts';
import type {
  Approval,
  As2Message,
  ClaimDetail,
  ClaimRow,
  CertificateList,
  CertificateProposal,
  ChannelStatus,
  DaySummary,
  DocumentDetail,
  ErpOverview,
  Exception,
  ExceptionCounts,
  FileDetail,
  GatewayFile,
  Hit,
  InvoiceDetail,
  InvoiceRow,
  LegalHold,
  OrderDetail,
  OrderRow,
  Page,
  Parameters,
  PartnerDetail,
  PartnerRow,
  RepeatRules,
  RepeatRun,
  RepeatRunDetail,
  Retention,
  RetentionPreview,
  SegmentPage,
  Session,
  Work,
} from './types.ts';

/** How often what is on the screen is asked for again. */
const REFRESH_MS = 10_000;

const encode = encodeURIComponent;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<Session>('session', {}, signal),
  retry: false,
  staleTime: 300_000,
});

export const partnersQuery = queryOptions({
  queryKey: ['partners'],
  queryFn: ({ signal }) => get<{ company: string; records: PartnerRow[] }>('partners', {}, signal),
  staleTime: 60_000,
});

function listQuery<T>(path: string, parameters: Parameters) {
  return queryOptions({
    queryKey: [path, 'list', parameters],
    queryFn: ({ signal }) => get<Page<T>>(path, parameters, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export type ListQuery<T> = ReturnType<typeof listQuery<T>>;

export const ordersQuery = (parameters: Parameters) => listQuery<OrderRow>('orders', parameters);
export const filesQuery = (parameters: Parameters) => listQuery<GatewayFile>('files', parameters);
export const invoicesQuery = (parameters: Parameters) => listQuery<InvoiceRow>('invoices', parameters);
export const claimsQuery = (parameters: Parameters) => listQuery<ClaimRow>('claims', parameters);
export const approvalsQuery = (parameters: Parameters) => listQuery<Approval>('approvals', parameters);
export const repeatRunsQuery = (parameters: Parameters) => listQuery<RepeatRun>('repeats', parameters);
export const workQuery = (parameters: Parameters) => listQuery<Work>('work', parameters);
export const exceptionsQuery = (parameters: Parameters) => listQuery<Exception>('exceptions', parameters);

function itemQuery<T>(path: string, id: string, rest = '') {
  return queryOptions({
    queryKey: [path, 'item', id, rest],
    queryFn: ({ signal }) => get<T>(`${path}/${encode(id)}${rest}`, {}, signal),
    enabled: id !== '',
    refetchInterval: REFRESH_MS,
  });
}

export const exceptionQuery = (id: string) => itemQuery<Exception>('exceptions', id);
export const orderQuery = (id: string) => itemQuery<OrderDetail>('orders', id);
export const fileQuery = (id: string) => itemQuery<FileDetail>('files', id);
export const as2MessagesQuery = (fileId: string) =>
  itemQuery<{ messages: As2Message[] }>('files', fileId, '/as2-messages');
export const partnerQuery = (id: string) => itemQuery<PartnerDetail>('partners', id);
export const documentQuery = (id: string) => itemQuery<DocumentDetail>('documents', id);
export const invoiceQuery = (id: string) => itemQuery<InvoiceDetail>('invoices', id);
export const claimQuery = (id: string) => itemQuery<ClaimDetail>('claims', id);
export const workItemQuery = (id: string) => itemQuery<Work>('work', id);

/** Segments of a file that are shown together; larger files are shown in parts. */
export const SEGMENTS_PER_PART = 2_000;

export const segmentsQuery = (id: string, from: number) =>
  queryOptions({
    queryKey: ['files', 'segments', id, from],
    queryFn: ({ signal }) =>
      get<SegmentPage>(`files/${encode(id)}/segments`, { from, count: SEGMENTS_PER_PART }, signal),
    enabled: id !== '',
    staleTime: 60_000,
  });

export const channelsQuery = (partnerId = '') =>
  queryOptions({
    queryKey: ['channels', partnerId],
    queryFn: ({ signal }) => get<{ records: ChannelStatus[] }>('channels', { partnerId }, signal),
    refetchInterval: REFRESH_MS,
  });

/** Read from files and secrets, which change seldom. */
export const certificatesQuery = (partnerId = '') =>
  queryOptions({
    queryKey: ['certificates', partnerId],
    queryFn: ({ signal }) => get<CertificateList>('certificates', { partnerId }, signal),
    refetchInterval: 60_000,
  });

/** What partners have proposed and nobody has decided on, also where their time for an answer is over. */
export const openProposalsQuery = queryOptions({
  queryKey: ['certificate-proposals', 'open'],
  queryFn: async ({ signal }) => {
    const open = { direction: 'inbound', status: 'open' };
    const [waiting, late] = await Promise.all([
      get<Page<CertificateProposal>>('certificate-proposals', open, signal),
      get<Page<CertificateProposal>>('certificate-proposals', { ...open, status: 'expired' }, signal),
    ]);
    return [...late.records, ...waiting.records];
  },
  refetchInterval: REFRESH_MS,
});

export const proposalsQuery = (parameters: Parameters) =>
  listQuery<CertificateProposal>('certificate-proposals', parameters);

export const legalHoldsQuery = queryOptions({
  queryKey: ['legal-holds'],
  queryFn: ({ signal }) => get<{ records: LegalHold[] }>('legal-holds', {}, signal),
  refetchInterval: REFRESH_MS,
});

/** One that is under way is asked for every second. */
export const repeatRunQuery = (id: string) =>
  queryOptions({
    ...itemQuery<RepeatRunDetail>('repeats', id),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1_000 : false),
  });

export const repeatRulesQuery = queryOptions({
  queryKey: ['repeat-rules'],
  queryFn: ({ signal }) => get<RepeatRules>('repeat-rules', {}, signal),
  staleTime: 300_000,
});

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: ({ signal }) => get<Retention>('retention', {}, signal),
  refetchInterval: REFRESH_MS,
});

/** Asked for by a person: it reads thousands of records. */
export const retentionPreviewQuery = queryOptions({
  queryKey: ['retention', 'preview'],
  queryFn: ({ signal }) => get<RetentionPreview>('retention/preview', {}, signal),
  enabled: false,
});

export const erpQuery = queryOptions({
  queryKey: ['erp'],
  queryFn: ({ signal }) => get<ErpOverview>('erp', {}, signal),
  refetchInterval: REFRESH_MS,
});

export const countsQuery = () =>
  queryOptions({
    queryKey: ['exceptions', 'counts'],
    queryFn: ({ signal }) =>
      get<ExceptionCounts>('exception-counts', { endOfDay: endOfDay().toISOString() }, signal),
    refetchInterval: REFRESH_MS,
  });

export const summaryQuery = () =>
  queryOptions({
    queryKey: ['summary'],
    queryFn: ({ signal }) => get<DaySummary>('summary', { since: startOfDay().toISOString() }, signal),
    refetchInterval: 60_000,
  });

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => get<{ records: Hit[] }>('search', { text }, signal),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
  });

export function usePartnerName(): (id: string) => string {
  const { data } = useQuery(partnersQuery);
  return (id) => data?.records.find((partner) => partner.id === id)?.name ?? id;
}

export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  // The layout shows the pages only once the session is there.
  return data ?? { name: '', role: 'viewer', company: '' };
}
