import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The part of the Compose specification that the file uses; anything else in it is a typing error. */
const service = z.strictObject({
  build: z.string().optional(),
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/, 'an image with a tag'),
  profiles: z.array(z.string()).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) }))
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'published on loopback only')).optional(),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});
const compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

describe('docker-compose.yml', () => {
  const file = compose.parse(parse(readFileSync(`${ROOT}docker-compose.yml`, 'utf8')));

  test('starts gateway, MongoDB replica set, Odoo with PostgreSQL, and SFTP', () => {
    expect(Object.keys(file.services).sort()).toEqual(['gateway', 'mongodb', 'odoo', 'postgres', 'sftp']);
    expect(file.services['mongodb']!.command).toContain('--replSet');
    expect([file.services['odoo']!.profiles, file.services['postgres']!.profiles]).toEqual([
      ['odoo'],
      ['odoo'],
    ]);
  });

  test('every named volume is declared, every dependency is a service that can become healthy', () => {
    for (const { volumes = [], depends_on = {} } of Object.values(file.services)) {
      const named = volumes.map((volume) => volume.split(':')[0]!).filter((name) => !name.startsWith('.'));
      expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(named));
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(file.services[name]?.healthcheck).toBeDefined();
      }
    }
  });

  test('the gateway has no rights that it does not need', () => {
    expect(file.services['gateway']).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync(`${ROOT}Dockerfile`, 'utf8')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));

  test('has only instructions that exist', () => {
    const known = /^(FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD)\b/;
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
  });

  test('the image that runs is Node 24, not root, and tells whether it is well', () => {
    expect(last[0]).toMatch(/^FROM node:24-/);
    expect(last).toContain('USER node');
    expect(last.findIndex((line) => line === 'USER node')).toBeLessThan(
      last.findIndex((line) => line.startsWith('CMD')),
    );
    expect(last.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
    expect(last.at(-1)).toMatch(/^CMD \["node".*"dist\/main\.js", "start"\]$/);
  });
});
