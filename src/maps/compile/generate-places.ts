/**
 * The places that a generated function looks at, as source text: all of a segment's are found in one walk over its tokens.
 * The name of a place holds the index of its token, or -1 when the segment does not have it.
 */
export class PlaceNames {
  /** By element: the components that are looked at. */
  readonly #components = new Map<number, Set<number>>();
  readonly #codes = new Set<string>();

  /** The name of a component (of the first repetition) of an element. */
  nameOf(element: number, component: number): string {
    const known = this.#components.get(element);
    if (known) known.add(component);
    else this.#components.set(element, new Set([component]));
    return `p${element}_${component}`;
  }

  /** The name of the short code there, as an integer (see SegmentCursor.packedAt). */
  codeOf(element: number, component: number): string {
    const place = this.nameOf(element, component);
    this.#codes.add(place);
    return `q${place}`;
  }

  /** Declares all places that have been named, and the codes. */
  declare(): string {
    const codes = [...this.#codes].map((place) => `const q${place} = cursor.packedAt(${place});\n`);
    return this.#declarePlaces() + codes.join('');
  }

  #declarePlaces(): string {
    const elements = [...this.#components].sort(([a], [b]) => a - b);
    if (elements.length === 0) return '';
    return elements.every(([, components]) => Math.max(...components) === 1)
      ? declareFlat(elements.map(([element]) => element))
      : declareWalk(elements);
  }
}

/** Without components, as in all of X12, an element is a token. */
function declareFlat(elements: readonly number[]): string {
  return elements
    .map(
      (e) =>
        `const p${e}_1 = cursor.elements < ${e} ? -1 : cursor.flat ? cursor.token + ${e} : cursor.tokenOf(${e}, 1);\n`,
    )
    .join('');
}

/** Kinds of tokens: see edi/token-table.ts. The last of an element is 2 or 3, that of a segment 3. */
function declareWalk(elements: readonly (readonly [number, ReadonlySet<number>])[]): string {
  const names = elements.flatMap(([e, components]) => [...components].map((c) => `p${e}_${c} = -1`));
  const last = elements.at(-1)![0];
  const wanted = new Map(elements);
  let body = `let ${names.join(', ')};\nwalk: {\nconst tokens = cursor.tokens;\nlet k = cursor.token;\n`;
  for (let e = 1; e <= last; e++) {
    body += 'while ((tokens[k] & 3) < 2) k++;\nif ((tokens[k] & 3) === 3) break walk;\nk++;\n';
    const components = wanted.get(e);
    if (components) body += walkComponents(e, components);
  }
  return `${body}}\n`;
}

function walkComponents(element: number, components: ReadonlySet<number>): string {
  const last = Math.max(...components);
  let body = `components${element}: {\n`;
  for (let c = 1; c <= last; c++) {
    if (c > 1) body += `if ((tokens[k] & 3) !== 0) break components${element};\nk++;\n`;
    if (components.has(c)) body += `p${element}_${c} = k;\n`;
  }
  return `${body}}\n`;
}
