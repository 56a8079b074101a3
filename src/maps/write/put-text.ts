/** Sets a component of a segment's elements; the first that sets it wins unless `force`. */
export function putText(
  elements: (string | string[])[],
  element: number,
  component: number,
  text: string,
  force: boolean,
): void {
  const at = element - 1;
  for (let i = elements.length; i <= at; i++) elements.push('');
  const known = elements[at]!;
  if (component === 1 && typeof known === 'string') {
    if (known === '' || force) elements[at] = text;
    return;
  }
  const parts = typeof known === 'string' ? [known] : known;
  elements[at] = parts;
  for (let c = parts.length; c < component; c++) parts.push('');
  if (parts[component - 1] === '' || force) parts[component - 1] = text;
}
