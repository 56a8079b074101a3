import type Router from '@koa/router';
import * as z from 'zod';
import type { Endpoint, Payload } from './endpoint.ts';
import { problem } from './problem.ts';

type Json = Record<string, unknown>;

/** What the document tells of a route, whoever its callers are. */
export type DescribedRoute = Omit<Endpoint, 'role' | 'handle'> & {
  role?: Endpoint['role'];
  description?: string;
  /** Media types of a body of bytes, and of an answer of bytes. */
  bodyTypes?: readonly string[];
  answerTypes?: readonly string[];
  headers?: z.ZodObject;
};

export interface ApiInfo {
  title: string;
  description: string;
  security: Json;
}

const CONSOLE_API: ApiInfo = {
  title: 'Tradelane',
  description:
    'Amounts, prices and quantities are decimal texts; instants are UTC; lists are paged by the cursor `next`. ' +
    'Anything other than a success is application/problem+json.',
  security: {
    token: { type: 'http', scheme: 'bearer' },
    session: { type: 'apiKey', in: 'cookie', name: 'tradelane_session' },
  },
};

/** Answers at the path with the OpenAPI document of the routes, made when it is first asked for: most gateways never are. */
export function serveOpenApi(
  router: Router,
  path: string,
  routes: readonly DescribedRoute[],
  info: ApiInfo = CONSOLE_API,
): void {
  let document: Buffer | undefined;
  router.get(path, (context) => {
    document ??= Buffer.from(JSON.stringify(buildOpenApi(routes, info)));
    context.type = 'application/json';
    context.body = document;
  });
}

/** The OpenAPI 3.1 document, made of the schemas that requests and answers are checked with. */
function buildOpenApi(routes: readonly DescribedRoute[], info: ApiInfo): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  const problems = {
    description: 'What went wrong',
    content: contentOf(problem, 'output', schemas, ['application/problem+json']),
  };
  for (const endpoint of routes) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method] = describeEndpoint(endpoint, schemas, problems);
  }
  return {
    openapi: '3.1.0',
    info: { title: info.title, version: '1', description: info.description },
    security: Object.keys(info.security).map((scheme) => ({ [scheme]: [] })),
    paths,
    components: {
      schemas,
      securitySchemes: info.security,
    },
  };
}

function describeEndpoint(endpoint: DescribedRoute, schemas: Json, problems: Json): Json {
  const { operationId, tag, summary, role, body, answer } = endpoint;
  const status = String(answer === undefined ? 204 : (endpoint.status ?? 200));
  const content =
    answer === undefined ? {} : { content: contentOf(answer, 'output', schemas, endpoint.answerTypes) };
  return {
    operationId,
    tags: [tag],
    summary,
    description: endpoint.description ?? `Needs the role ${role ?? 'viewer'}.`,
    parameters: [
      ...parametersOf(endpoint.params, 'path', schemas),
      ...parametersOf(endpoint.query, 'query', schemas),
      ...parametersOf(endpoint.headers, 'header', schemas),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf(body, 'input', schemas, endpoint.bodyTypes) } }),
    responses: {
      [status]: { description: 'Done', ...content },
      default: problems,
    },
  };
}

function contentOf(
  payload: Payload,
  io: 'input' | 'output',
  schemas: Json,
  types: readonly string[] = [payload === 'bytes' ? 'application/octet-stream' : 'application/json'],
): Json {
  const schema = payload === 'bytes' ? { type: 'string', format: 'binary' } : schemaOf(payload, io, schemas);
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function parametersOf(
  parameters: z.ZodObject | undefined,
  where: 'path' | 'query' | 'header',
  schemas: Json,
): Json[] {
  if (parameters === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(parameters, 'input', schemas) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema,
  }));
}

/** Named parts (`meta({ id })`) go to the components, once each. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  const described = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json & {
    $defs?: Json;
  };
  for (const [name, definition] of Object.entries(described.$defs ?? {})) schemas[name] ??= definition;
  delete described['$schema'];
  delete described.$defs;
  return described;
}
