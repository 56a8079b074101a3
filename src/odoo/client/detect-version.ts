import { GatewayError } from '../../common/errors.ts';
import { jsonRpcService } from './json-rpc-wire.ts';
import type { WireOptions } from './json2-wire.ts';
import type { OdooProtocol } from './odoo-client.ts';
import type { OdooVersion } from './odoo-names.ts';
import { xmlRpcService } from './xml-rpc-wire.ts';

const PLACE = { model: 'common', method: 'version' };

/** Oldest Odoo whose fields and methods are known here. */
const OLDEST = 14;

type Way = Pick<WireOptions, 'url' | 'timeoutMs' | 'exchange'>;

/**
 * Asks Odoo who it is, without a key, and chooses the protocol: JSON-2 where there is one (19 and later), else JSON-RPC.
 * Throws ODOO_UNAVAILABLE, ODOO_UNSUPPORTED.
 */
export async function detectVersion(
  way: Way,
  wanted: OdooProtocol | 'auto',
): Promise<{ version: OdooVersion; protocol: OdooProtocol }> {
  const version =
    wanted === 'xmlrpc' ? await askXmlRpc(way) : ((await askPage(way)) ?? (await askJsonRpc(way)));
  if (version.major < OLDEST) {
    throw unsupported(`This is Odoo ${version.text}; Tradelane works with ${OLDEST} and later.`);
  }
  if (wanted === 'json2' && version.major < 19) {
    throw unsupported(
      `Odoo ${version.text} has no JSON-2 API; it came with 19. Leave protocol out of odoo.yaml.`,
    );
  }
  const protocol = wanted === 'auto' ? (version.major >= 19 ? 'json2' : 'jsonrpc') : wanted;
  return { version, protocol };
}

/** The page that Odoo 19 and later have for it. */
async function askPage({ url, timeoutMs, exchange }: Way): Promise<OdooVersion | undefined> {
  const reply = await exchange({
    url: `${url}/web/version`,
    method: 'GET',
    headers: {},
    timeoutMs,
    place: PLACE,
  });
  if (reply.status !== 200 || !reply.contentType.includes('json')) return undefined;
  const { version_info: info } = JSON.parse(reply.text) as { version_info?: unknown };
  return info === undefined ? undefined : readVersion(info);
}

async function askJsonRpc(way: Way): Promise<OdooVersion> {
  return versionOf(await jsonRpcService(way)('common', 'version', [], PLACE));
}

async function askXmlRpc(way: Way): Promise<OdooVersion> {
  return versionOf(await xmlRpcService(way)('common', 'version', [], PLACE));
}

function versionOf(answer: unknown): OdooVersion {
  return readVersion((answer as { server_version_info?: unknown } | null)?.server_version_info);
}

/** `[19, 0, 0, 'final', 0, '']`, `['saas~18', 2, 0, …]` of Odoo's own hosting. */
function readVersion(info: unknown): OdooVersion {
  const [first, second] = Array.isArray(info) ? (info as unknown[]) : [];
  const major = Number(String(first).replace(/^saas[~-]/, ''));
  const minor = Number(second);
  if (!Number.isInteger(major) || !Number.isInteger(minor)) {
    throw unsupported(`The version of this Odoo cannot be read: ${JSON.stringify(info)}.`);
  }
  return { major, minor, text: `${String(first)}.${minor}` };
}

function unsupported(message: string): GatewayError {
  return new GatewayError('ODOO_UNSUPPORTED', message);
}
