import type { ChannelSettings } from '../../partners/channel-schema.ts';

export type HttpSettings = Extract<ChannelSettings, { type: 'http' }>;
export type WebhookSettings = NonNullable<HttpSettings['webhook']>;
