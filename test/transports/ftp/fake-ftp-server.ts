import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What the server answers to a command instead of its own answer; undefined leaves it to that. */
export type Script = (command: string, argument: string) => string | undefined;

export interface FakeFtpServer {
  port: number;
  /** Every command that arrived, without the password. */
  commands: string[];
  stop(): Promise<void>;
}

export interface FakeFtpOptions {
  /** Lines of a list, as they are sent. */
  list?: readonly string[];
  files?: ReadonlyMap<string, Uint8Array>;
  script?: Script;
  /** 227 names this instead of the port that listens. */
  passive?: string;
  features?: readonly string[];
}

/** A server that says what a test wants it to: what no honest server would. */
export async function startFakeFtpServer(options: FakeFtpOptions): Promise<FakeFtpServer> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const data = createServer();
  const dataPort = await listen(data);
  data.on('connection', (socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line);
    });
    let waiting: Promise<Socket> | undefined;
    const answer = (line: string) => {
      const [command, argument] = split(line);
      commands.push(command === 'PASS' ? 'PASS' : line);
      const scripted = options.script?.(command, argument);
      if (scripted !== undefined) {
        socket.write(`${scripted}\r\n`);
        return;
      }
      if (command === 'PASV') {
        waiting = new Promise((resolve) => data.once('connection', resolve));
        const own = `127,0,0,1,${dataPort >> 8},${dataPort & 255}`;
        socket.write(`227 Entering Passive Mode (${options.passive ?? own})\r\n`);
        return;
      }
      if (command === 'LIST' || command === 'MLSD') {
        const text = (options.list ?? []).map((entry) => `${entry}\r\n`).join('');
        void transfer(socket, waiting, Buffer.from(text));
        return;
      }
      const file = options.files?.get(argument);
      if (command === 'RETR' && file !== undefined) {
        void transfer(socket, waiting, file);
        return;
      }
      socket.write(`${reply(command, file, options.features ?? [])}\r\n`);
    };
  });
  const port = await listen(server);
  return {
    port,
    commands,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, data].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

function split(line: string): [string, string] {
  const space = line.indexOf(' ');
  return space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}

function reply(command: string, file: Uint8Array | undefined, features: readonly string[]): string {
  switch (command) {
    case 'USER':
      return '331 password?';
    case 'PASS':
      return '230 logged in';
    case 'FEAT':
      return features.length === 0 ? '211 none' : `211-Features\r\n${features.join('\r\n')}\r\n211 End`;
    case 'TYPE':
    case 'STRU':
    case 'OPTS':
    case 'NOOP':
    case 'MKD':
      return '200 fine';
    case 'DELE':
      return '250 deleted';
    case 'SIZE':
      return file === undefined ? '550 no such file' : `213 ${file.length}`;
    case 'MDTM':
      return file === undefined ? '550 no such file' : '213 20260302080000';
    case 'QUIT':
      return '221 goodbye';
    default:
      return '502 not here';
  }
}

async function transfer(
  control: Socket,
  waiting: Promise<Socket> | undefined,
  bytes: Uint8Array,
): Promise<void> {
  const socket = await waiting;
  control.write('150 here it comes\r\n');
  socket?.end(bytes, () => control.write('226 done\r\n'));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
