import type { Contact } from '../../partners/partner-schema.ts';

/** What people are told: by the log, and by a webhook that passes it on. */
export interface Notice {
  key: string;
  /** `buyer`; for a partner with its id, `supplier acme-tools`. */
  audience: string;
  subject: string;
  text: string;
  /** To the console. */
  link: string;
  /** Whom of the partner it is for, as its settings say; none where it is for somebody of ours. */
  contacts: readonly Contact[];
}

/** Throws GatewayError TRANSPORT_*. */
export interface Alerts {
  notify(notice: Notice): Promise<void>;
}
