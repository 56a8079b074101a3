import { describe, expect, test } from '@jest/globals';
import { answered, linkOf, read, rowsOf, withoutWords } from './orders.ts';

const note = (id: number, sequence: number, name: string) => ({
  id,
  sequence,
  display_type: 'line_note',
  name,
});
const section = (id: number, sequence: number, name: string) => ({
  id,
  sequence,
  display_type: 'line_section',
  name,
});

describe('what people type into an order of Odoo reaches the supplier', () => {
  test('what the product says to vendors, and what is added below it, is a note of the line', () => {
    const { order } = read(
      rowsOf([{ id: 1, name: '[A-1] Article\nDeliver greased.\n\nEngraved "ABC"' }, { id: 2 }]),
    );
    expect(order!.lines[0]).toMatchObject({
      item: { description: 'Article' },
      notes: ['Deliver greased.\nEngraved "ABC"'],
    });
    expect(order!.lines[1]).not.toHaveProperty('notes');
  });

  test('a text of its own in place of the proposed one is the description', () => {
    const { order } = read(rowsOf([{ id: 1, name: 'Bracket 40x40, laser cut\nas drawing 7' }]));
    expect(order!.lines[0]).toMatchObject({
      item: { buyerId: 'A-1', description: 'Bracket 40x40, laser cut' },
      notes: ['as drawing 7'],
    });
  });

  test.each([
    [
      'with the variant',
      { id: 1, name: '[A-1] Article (Red, L)', variant: ['Red', 'L'] },
      'Article (Red, L)',
    ],
    ['without the code', { id: 1, name: 'Article' }, 'Article'],
    ['in the language of the vendor', { id: 14, name: '[A-14] Artikel' }, 'Article'],
    ['empty', { id: 1, name: '' }, 'Article'],
  ])('the proposed text is none of its own: %s', (_, line, description) => {
    const { order } = read(rowsOf([line]));
    expect(order!.lines[0]!.item.description).toBe(description);
    expect(order!.lines[0]).not.toHaveProperty('notes');
  });

  test('rows of notes belong to the line above them, before all lines and below a heading to the order', () => {
    const between = [
      note(3, 1, 'Call before you come'),
      note(4, 11, 'In blue'),
      note(5, 12, 'Matt'),
      section(6, 13, 'For the shop'),
      note(7, 14, 'Wrapped one by one'),
    ];
    const { order } = read(rowsOf([{ id: 1 }, { id: 2 }], { note: '<p>Our terms</p>' }, between));
    expect(order!.notes).toEqual(['Our terms', 'Call before you come', 'For the shop: Wrapped one by one']);
    expect(order!.lines.map(({ notes }) => notes)).toEqual([undefined, ['In blue', 'Matt']]);
  });
});

describe('texts of an order that went out', () => {
  const plain = rowsOf([{ id: 1 }]);
  const first = read(plain);
  const sent = answered(first.order!, '2026-12-20');
  const typed = rowsOf([{ id: 1, name: '[A-1] Article\nEngraved' }], {}, [note(3, 1, 'Call first')]);

  test('are a change of it when they are typed later', () => {
    const { order } = read(typed, linkOf(first.lines, { notes: first.notes }), sent);
    expect(order).toMatchObject({ notes: ['Call first'], lines: [{ notes: ['Engraved'] }] });
  });

  test('are taken back when they are deleted', () => {
    const before = read(typed);
    const state = answered(before.order!, '2026-12-20');
    const { order } = read(plain, linkOf(before.lines, { notes: before.notes }), state);
    expect(order).not.toHaveProperty('notes');
    expect(order!.lines[0]).not.toHaveProperty('notes');
  });

  test('are no change of it where an older release did not send them, until somebody touches them', () => {
    const upgraded = read(typed, linkOf(withoutWords(first.lines)), sent);
    expect(upgraded.order).toEqual(first.order);
    const link = linkOf(upgraded.lines, { notes: upgraded.notes });
    expect(read(typed, link, sent).order).toEqual(first.order);
    const touched = rowsOf([{ id: 1, name: '[A-1] Article\nEngraved twice' }], {}, [
      note(3, 1, 'Call first'),
    ]);
    expect(read(touched, link, sent).order!.lines[0]!.notes).toEqual(['Engraved twice']);
  });
});
