import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import * as z from 'zod';

/** Containers cannot run everywhere that this project is built: what a linter and a schema can hold, they hold here. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');

const LOOPBACK = /^127\.0\.0\.1:\d+:\d+$/;
const VERSIONED = /^[a-z0-9./-]+:(?!latest$)[\w][\w.-]*$/;
const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const commandLine = z.union([z.string(), z.array(z.string())]);
const healthcheck = z.strictObject({
  test: commandLine,
  interval: duration.optional(),
  timeout: duration.optional(),
  start_period: duration.optional(),
  retries: z.int().positive().optional(),
});

/** The part of the Compose specification that docker-compose.yml uses; any other key is a mistake or comes in here first. */
const service = z.strictObject({
  image: z.string().regex(VERSIONED),
  build: z.string().optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  profiles: z.array(z.string()).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) }))
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  command: commandLine.optional(),
  ports: z.array(z.string().regex(LOOPBACK)).optional(),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).optional(),
  healthcheck: healthcheck.optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});
const composeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(z.string().regex(/^[a-z0-9._-]+$/), service),
  volumes: z.record(z.string(), z.null()),
});

/** The instructions of the last stage, continuation lines joined. */
function lastStage(): string[] {
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  return lines
    .slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
    .filter((line) => /^[A-Z]/.test(line));
}

describe('Dockerfile', () => {
  test('the linter finds nothing', () => {
    expect(validate(dockerfile).map(({ range, message }) => [range.start.line + 1, message])).toEqual([]);
  });

  test('every image has a version', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    for (const image of images) expect(image).toMatch(VERSIONED);
  });

  test('the image runs as an ordinary user, tells its health, and starts the gateway', () => {
    const stage = lastStage();
    expect(stage[0]).toMatch(/^FROM node:24-/);
    expect(stage.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(stage.filter((line) => line.startsWith('HEALTHCHECK ')).join()).toContain('/healthz');
    const [command = ''] = stage.filter((line) => line.startsWith('CMD '));
    expect((JSON.parse(command.slice(4)) as string[]).slice(-2)).toEqual(['dist/main.js', 'start']);
  });

  test('the health that is told is that of the gateway, whatever port it listens on', async () => {
    const [check = ''] = lastStage().filter((line) => line.startsWith('HEALTHCHECK '));
    const [, ...args] = JSON.parse(check.slice(check.indexOf('CMD ') + 4)) as string[];
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ends = async () => {
      const env = { ...process.env, NODE_OPTIONS: '', TRADELANE_PORT: String(port) };
      return (await once(spawn(process.execPath, args, { env }), 'close'))[0] as number;
    };
    expect(await ends()).toBe(0);
    status = 503;
    expect(await ends()).toBe(1);
    server.close();
  }, 30_000);

  test('Node gets the options that the gateway is started with everywhere else', () => {
    const { flags, environment } = JSON.parse(
      readFileSync(path.join(ROOT, 'scripts/gateway-node.json'), 'utf8'),
    ) as { flags: string[]; environment: Record<string, string> };
    const stage = lastStage();
    const [command = ''] = stage.filter((line) => line.startsWith('CMD '));
    expect(JSON.parse(command.slice(4))).toEqual(expect.arrayContaining(flags));
    const [variables = ''] = stage.filter((line) => line.startsWith('ENV '));
    for (const [name, value] of Object.entries(environment)) expect(variables).toContain(`${name}=${value}`);
  });

  test('it takes from the build only what exists', () => {
    const copied = lastStage().flatMap((line) => /^COPY .*\/build\/(\S+)/.exec(line)?.[1] ?? []);
    const built = ['dist', 'node_modules'];
    expect(copied.filter((name) => !built.includes(name) && !existsSync(path.join(ROOT, name)))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['dist', 'maps', 'partners', 'node_modules']));
  });
});

describe('docker-compose.yml', () => {
  const compose = composeFile.parse(parse(readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8')));

  test('every port that the gateway listens on is exposed by the image and published', () => {
    const listening = [
      ...lastStage()
        .join(' ')
        .matchAll(/TRADELANE_(?:\w+_)?PORT=(\d+)/g),
    ].map(([, port]) => port!);
    const exposed = lastStage().flatMap((line) =>
      line.startsWith('EXPOSE ') ? line.split(/\s+/).slice(1) : [],
    );
    expect(listening).toEqual(['8080', '4080', '2222']);
    expect(exposed).toEqual(listening);
    expect(compose.services['gateway']!.ports).toEqual(listening.map((port) => `127.0.0.1:${port}:${port}`));
  });

  test('there are the gateway, a MongoDB replica set, SFTP, and Odoo with PostgreSQL where it is asked for', () => {
    const { services } = compose;
    expect(Object.keys(services).sort()).toEqual(['gateway', 'mongodb', 'odoo', 'postgres', 'sftp']);
    expect(services['mongodb']!.command).toContain('--replSet');
    expect([services['odoo']!.profiles, services['postgres']!.profiles]).toEqual([['odoo'], ['odoo']]);
  });

  test('what a service depends on or mounts is there', () => {
    const problems = Object.entries(compose.services).flatMap(([name, { depends_on = {}, volumes = [] }]) => [
      ...Object.entries(depends_on).flatMap(([other, { condition }]) => {
        const healthy = compose.services[other]?.healthcheck !== undefined;
        return condition === 'service_healthy' && !healthy
          ? [`${name} waits for ${other}, which tells no health`]
          : [];
      }),
      ...volumes
        .map((volume) => volume.split(':')[0]!)
        .filter((from) =>
          from.startsWith('./') ? !existsSync(path.join(ROOT, from)) : !(from in compose.volumes),
        )
        .map((from) => `${name} mounts ${from}, which is not there`),
    ]);
    expect(problems).toEqual([]);
  });

  test('the gateway can change nothing but its data and folders', () => {
    const { read_only, cap_drop, security_opt, volumes = [] } = compose.services['gateway']!;
    expect({ read_only, cap_drop, security_opt }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    const writable = volumes
      .filter((volume) => !volume.endsWith(':ro'))
      .map((volume) => volume.split(':')[1]);
    expect(writable).toEqual(['/data', '/app/inbox', '/app/outbox']);
  });
});
