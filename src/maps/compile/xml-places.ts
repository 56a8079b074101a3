import type { EffectiveMap } from '../load-map.ts';
import type { PlaceCompiler } from './compile-scope.ts';
import type { Scope, XmlPlace, XmlStep } from './model.ts';

const STEP =
  /^(\*?)(?:([A-Za-z][\w.-]*):)?([A-Za-z][\w.-]*)(?:\[(@)?(?:([A-Za-z][\w.-]*):)?([A-Za-z][\w.-]*)=([^\]]*)\])?$/;

type Seen = Pick<Scope<XmlPlace>, 'id'>;

/** Reads paths such as `cac:Item/cbc:Name@languageID` with the prefixes that the map declares. */
export class XmlPlaces implements PlaceCompiler<XmlPlace> {
  readonly ignored = new Map<number, XmlPlace[]>();
  readonly #namespaces: Readonly<Record<string, string>>;

  constructor(map: EffectiveMap) {
    this.#namespaces = map.message.namespaces ?? {};
  }

  value(text: string): XmlPlace | string {
    const at = text.search(/@[\w:.-]+$/);
    const inCondition = at > 0 && text.lastIndexOf('[', at) > text.lastIndexOf(']', at);
    const attribute = at === -1 || inCondition ? '' : text.slice(at + 1);
    const path = attribute === '' ? text : text.slice(0, at);
    const steps: XmlStep[] = [];
    for (const part of path === '' || path === '.' ? [] : splitPath(path)) {
      const step = this.step(part);
      if (typeof step === 'string') return `"${text}": ${step}`;
      steps.push(step);
    }
    return { text, steps, attribute, up: 0 };
  }

  loop(text: string): { place: XmlPlace; loopSlot: number; single: boolean } | string {
    const place = this.value(text);
    if (typeof place === 'string') return place;
    if (place.attribute !== '' || place.steps.length === 0) return `loop: "${text}" is not an element`;
    return { place, loopSlot: 0, single: false };
  }

  tree(): string {
    return 'tree: is for HL and CPS segments; in XML use loops';
  }

  isPlace(key: string): boolean {
    return /[:@[]/.test(key) || /^[A-Z.]/.test(key);
  }

  ignore(addresses: readonly string[], scope: Seen): string | undefined {
    for (const text of addresses) {
      const place = this.value(text);
      if (typeof place === 'string') return place;
      this.ignored.set(scope.id, [...(this.ignored.get(scope.id) ?? []), place]);
    }
    return undefined;
  }

  step(part: string): XmlStep | string {
    const match = STEP.exec(part);
    if (!match) return `"${part}" is not an element such as cbc:ID or cac:Item[cbc:Name=x]`;
    const [, star, prefix = '', name = '', at, childPrefix = '', child = '', value = ''] = match;
    const namespace = this.#namespaces[prefix];
    if (namespace === undefined && prefix !== '')
      return `the prefix "${prefix}" is not among the map's namespaces`;
    return {
      namespace: namespace ?? '',
      name,
      qualified: prefix === '' ? name : `${prefix}:${name}`,
      repeats: star === '*',
      condition:
        child === ''
          ? undefined
          : at === '@'
            ? { child: '', attribute: child, value }
            : { child: childPrefix === '' ? child : `${childPrefix}:${child}`, attribute: '', value },
    };
  }
}

/** Splits at slashes outside brackets. */
function splitPath(path: string): string[] {
  return path.split(/\/(?![^[]*\])/);
}
