import { GatewayError } from '../../common/errors.ts';
import type { ServiceCall } from './json-rpc-wire.ts';
import type { WireOptions } from './json2-wire.ts';
import type { OdooFault } from './odoo-error.ts';
import { faultOfTraceback, toGatewayError, toSilence } from './odoo-error.ts';
import { readXmlRpcReply, writeXmlRpcCall } from './xml-rpc-codec.ts';

/** `POST /xmlrpc/2/<service>`. */
export function xmlRpcService({
  url,
  timeoutMs,
  exchange,
}: Pick<WireOptions, 'url' | 'timeoutMs' | 'exchange'>): ServiceCall {
  return async (service, method, args, place) => {
    const reply = await exchange({
      url: `${url}/xmlrpc/2/${service}`,
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: writeXmlRpcCall(method, args),
      timeoutMs,
      place,
    });
    let content: ReturnType<typeof readXmlRpcReply>;
    try {
      content = readXmlRpcReply(reply.text);
    } catch (cause) {
      throw toSilence(
        place,
        `status ${reply.status} with ${reply.contentType} where XML-RPC was expected`,
        reply.status === 404 ? 'none' : 'unknown',
        { cause },
      );
    }
    if (content.fault === undefined) return content.value;
    // The method has been carried out and committed: what it returned, nothing or records, Odoo has no XML-RPC for.
    if (/cannot marshal (None|<class 'odoo\.api\.)/.test(content.fault.text)) return null;
    throw faultError(content.fault, place);
  };
}

function faultError(
  { code, text }: { code: string; text: string },
  place: Parameters<ServiceCall>[3],
): GatewayError {
  return toGatewayError(place, faultOf(code, text));
}

/** Codes of Odoo: 2 UserError, 3 AccessDenied, 4 AccessError; 1 and any other carry a traceback. */
function faultOf(code: string, text: string): OdooFault {
  switch (code) {
    case '2':
      return {
        name: /does not exist or has been deleted/.test(text)
          ? 'odoo.exceptions.MissingError'
          : 'odoo.exceptions.UserError',
        message: text,
      };
    case '3':
      return { name: 'odoo.exceptions.AccessDenied', message: text };
    case '4':
      return { name: 'odoo.exceptions.AccessError', message: text };
    default:
      return faultOfTraceback(text);
  }
}
