import { ELSEWHERE } from '../test/simulation/scenarios/elsewhere.ts';
import { SCENARIOS } from '../test/simulation/scenarios/index.ts';

interface Row {
  number: number;
  what: string;
  does: string;
  shownBy: string;
}

const HEAD = `# Cases

What happens between a buyer and his suppliers, and what Tradelane does about it. Each case is a test on the whole gateway with virtual time
(\`npm test -- simulation/scenarios\`), and a part in the simulation, where hundreds of them are played at once while partners duplicate, delay and break
files, channels and the ERP go down, clocks are set and the process ends at any point (\`npm run simulate -- --seed 1 --orders 200\`). Written by
\`node scripts/generate.ts\`.

| No. | What happens | What Tradelane does | Shown by |
| --: | --- | --- | --- |
`;

/** docs/scenarios.md: every case by its number, with the test that shows it. */
export function buildScenariosDocument(): string {
  const played = SCENARIOS.map(({ number, what, does }) => ({
    number,
    what,
    does,
    shownBy: '`test/simulation`',
  }));
  const elsewhere = ELSEWHERE.map(({ number, what, does, shownBy }) => ({
    number,
    what,
    does,
    shownBy: shownBy === undefined ? 'no test yet' : `\`${shownBy.file}\``,
  }));
  const rows = [...played, ...elsewhere].sort((left, right) => left.number - right.number);
  return `${HEAD}${rows.map(writeRow).join('\n')}\n`;
}

function writeRow({ number, what, does, shownBy }: Row): string {
  return `| ${number} | ${what} | ${does} | ${shownBy} |`;
}
