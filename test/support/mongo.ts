import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

/** Connection string of a server for the suites; undefined: they skip themselves, each in one line. */
export const MONGODB_URI = process.env['MONGODB_URI'];

export interface TestDatabase {
  /** Connection string that names the database. */
  uri: string;
  /** Of the server that it is on. */
  address: { host: string; port: number };
  drop(): Promise<void>;
}

/** A database of its own for one test. */
export function testDatabase(server: string): TestDatabase {
  const name = `tradelane_test_${randomUUID().slice(0, 13).replace('-', '_')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const uri = url.toString();
  return {
    uri,
    address: { host: url.hostname, port: url.port === '' ? 27_017 : Number(url.port) },
    drop: async () => {
      const client = new MongoClient(uri);
      try {
        await client.db(name).dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}
