/** One figure. `ratios`: how many times as fast as the other, doing the same with the same data in the same run. */
export interface Figure {
  suite: string;
  case: string;
  work: string;
  value: number;
  unit: string;
  ratios: Record<string, number>;
}

/** Two significant digits below ten, else whole numbers. */
function round(value: number): number {
  return value < 10 ? Number(value.toPrecision(2)) : Math.round(value);
}

function rounded(figure: Figure): Figure {
  const ratios = Object.fromEntries(
    Object.entries(figure.ratios).map(([name, ratio]) => [name, round(ratio)]),
  );
  return { ...figure, value: round(figure.value), ratios };
}

/** Prints figures as they come: one JSON object a line, or a table for people. */
export function createReporter(json: boolean, print: (line: string) => void): (figure: Figure) => void {
  let lastCase = '';
  return (figure) => {
    const shown = rounded(figure);
    if (json) {
      print(JSON.stringify(shown));
      return;
    }
    if (shown.case !== lastCase) print(`\n${shown.suite} · ${shown.case}`);
    lastCase = shown.case;
    const ratios = Object.entries(shown.ratios).map(([name, ratio]) => `${ratio} × ${name}`);
    print(
      `  ${shown.work.padEnd(22)} ${`${shown.value} ${shown.unit}`.padStart(16)}   ${ratios.join('   ')}`,
    );
  };
}
