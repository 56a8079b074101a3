import { parseDocumentPath, type DocumentPath } from '../document-path.ts';
import { fieldNames, shapeAt, type Shape } from '../document-shape.ts';
import type { Origin } from '../map-file.ts';
import type { Place, Scope } from './model.ts';
import { outerScope } from './scope-tree.ts';

/** Finds the fields that rules name in the canonical model of a document, and reports the names that it does not have. */
export class DocumentPaths<P extends Place> {
  readonly #name: string;
  readonly #shape: Shape;
  readonly #report: (origin: Origin, message: string) => void;

  constructor(name: string, shape: Shape, report: (origin: Origin, message: string) => void) {
    this.#name = name;
    this.#shape = shape;
    this.#report = report;
  }

  /** A path from the document itself, with a slash in front or without. */
  resolveRoot(text: string | undefined, origin: Origin): DocumentPath | undefined {
    if (text === undefined) return undefined;
    const path = parseDocumentPath(text.startsWith('/') ? text : `/${text}`);
    if (typeof path === 'string') this.#report(origin, path);
    else if (shapeAt(this.#shape, path.steps)) return path;
    else
      this.#report(
        origin,
        `"${text}" is not a field of the document; it has ${fieldNames(this.#shape).join(', ')}`,
      );
    return undefined;
  }

  /**
   * A path that exists in the canonical model. Conditions, sums and counts may name a field further out without `../` or a
   * slash in front, where the loop's own target has none of that name.
   */
  resolve(
    text: string,
    scope: Scope<P>,
    origin: Origin,
    key: string,
    loop = false,
  ): DocumentPath | undefined {
    const path = parseDocumentPath(text);
    if (typeof path === 'string') {
      this.#report(origin, `${key}: ${path}`);
      return undefined;
    }
    const base = this.baseOf(path, scope);
    if (shapeAt(base, path.steps)) return path;
    const outside = key === 'to' || path.absolute || path.up > 0 ? undefined : this.#outside(path, scope);
    if (outside) return outside;
    const owner = shapeAt(base, path.steps.slice(0, -1)) ?? base;
    const hint = path.steps.at(-1)?.list === true || loop ? ' (and [] stands behind lists only)' : '';
    this.#report(
      origin,
      `${key}: the ${this.#name} has no field "${text}" here; known are ${fieldNames(owner).join(', ')}${hint}`,
    );
    return undefined;
  }

  /** The same path seen from the nearest enclosing target that has such a field. */
  #outside(path: DocumentPath, scope: Scope<P>): DocumentPath | undefined {
    for (let at = scope.path ? scope : outerScope(scope), up = 1; at?.parent; at = outerScope(at), up++) {
      const outer = { ...path, up };
      if (shapeAt(this.baseOf(outer, scope), path.steps)) return outer;
    }
    return shapeAt(this.#shape, path.steps) ? { ...path, absolute: true } : undefined;
  }

  /** What a path starts from: the document, the scope's target, or (`../`) a target further out. */
  baseOf(path: DocumentPath, scope: Scope<P>): Shape {
    if (path.absolute) return this.#shape;
    let at: Scope<P> | undefined = scope;
    for (let up = path.up; up > 0 && at; up--) {
      while (at && !at.path) at = at.parent;
      at = at?.parent;
    }
    return at?.shape ?? this.#shape;
  }
}
