import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import type { JsonSchema } from './json-schema.ts';

const FOLDER = new URL('../src/partners/', import.meta.url);

/** A schema in the source: the object literals that its expression is made of, where comments of settings stand. */
export interface SettingSource {
  /** A setting of it: the comment above it, and the source of its value. */
  property: (name: string) => { comment: string | undefined; value: SettingSource };
  /** Of several shapes the one with this `type`; with undefined all of them. */
  option: (type: string | boolean | undefined) => SettingSource;
  /** The comment above the declaration of a schema that is used by its name. */
  comment: () => string | undefined;
}

export function optionsOf({ anyOf = [], oneOf = [] }: JsonSchema): JsonSchema[] {
  return [...anyOf, ...oneOf];
}

/** A setting with settings of its own, or a list of such. */
export function isObjectSchema(json: JsonSchema): boolean {
  const inner = json.items === undefined ? optionsOf(json) : [json.items];
  return json.properties !== undefined || inner.some(isObjectSchema);
}

/** Reads the schemas of src/partners as text; their names are unique among its files. */
export function readSettingSources(): { named: (name: string) => SettingSource } {
  const declared = new Map<string, ts.VariableDeclaration>();
  for (const file of readdirSync(FOLDER).filter((name) => /-(schema|common)\.ts$/.test(name))) {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements)
      if (ts.isVariableStatement(statement))
        for (const declaration of statement.declarationList.declarations)
          declared.set(declaration.name.getText(), declaration);
  }

  /** Object literals of an expression, those of schemas that it names included, but none inside another one. */
  function literalsOf(node: ts.Node): ts.ObjectLiteralExpression[] {
    if (ts.isObjectLiteralExpression(node)) return [node];
    if (ts.isIdentifier(node)) {
      const initializer = declared.get(node.text)?.initializer;
      return initializer === undefined ? [] : literalsOf(initializer);
    }
    return node.getChildren().flatMap(literalsOf);
  }

  /** Settings of an object literal, those that it spreads included; the last of a name counts. */
  function settingsOf(literal: ts.ObjectLiteralExpression): Map<string, ts.ObjectLiteralElementLike> {
    const settings = new Map<string, ts.ObjectLiteralElementLike>();
    for (const element of literal.properties) {
      if (ts.isSpreadAssignment(element))
        for (const inner of literalsOf(element.expression))
          for (const [name, setting] of settingsOf(inner)) settings.set(name, setting);
      else settings.set(element.name.getText(), element);
    }
    return settings;
  }

  function sourceOf(node: ts.Node | undefined, type?: string | boolean): SettingSource {
    const literals = (node === undefined ? [] : literalsOf(node)).map(settingsOf);
    const shapes =
      type === undefined
        ? literals
        : literals.filter((settings) => settings.get('type')?.getText().includes(`'${type}'`));
    return {
      property: (name) => {
        const setting = shapes.map((settings) => settings.get(name)).find((found) => found !== undefined);
        return {
          comment: setting && commentOf(setting),
          value: sourceOf(setting && ts.isPropertyAssignment(setting) ? setting.initializer : setting),
        };
      },
      option: (wanted) => sourceOf(node, wanted),
      comment: () => {
        const name = /^\w+/.exec(node?.getText() ?? '')?.[0];
        const statement = declared.get(name ?? '')?.parent.parent;
        return statement && commentOf(statement);
      },
    };
  }

  return { named: (name) => sourceOf(declared.get(name)?.initializer) };
}

function commentOf(node: ts.Node): string | undefined {
  const [last] = ts.getJSDocCommentsAndTags(node).slice(-1);
  return ts.getTextOfJSDocComment(last?.comment)?.replaceAll(/\s+/g, ' ');
}
