/** Tells people: e-mail, webhook, log. Throws GatewayError TRANSPORT_*. */
export interface Alerts {
  notify(notice: {
    key: string;
    audience: string;
    subject: string;
    text: string;
    link: string;
  }): Promise<void>;
}
