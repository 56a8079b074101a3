/** What an exception is, without the order, partner and amount that its title names too: for places where these stand beside it. */
export function headlineOf({ title }: { title: string }): string {
  return title.split(': ', 1)[0]!;
}
