/** An 810 of Northwind Hardware over order PO-1: detail segments, then TDS and what stands behind it. */
export function x12Invoice(detail: readonly string[], summary: readonly string[], number = 'I-1'): string {
  const body = [`BIG*20260302*${number}*20260302*PO-1`, 'ITD*05*3*****30', ...detail, ...summary];
  const control = number.replace(/\D/g, '').padStart(3, '9');
  return [
    `ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260302*0915*U*00401*${control.padStart(9, '0')}*0*P*>`,
    `GS*IN*NWHARDWARE*TRADELANE*20260302*0915*${control}*X*004010`,
    'ST*810*0001',
    ...body,
    `SE*${body.length + 2}*0001`,
    `GE*1*${control}`,
    `IEA*1*${control.padStart(9, '0')}`,
    '',
  ].join('~\n');
}

/** An INVOIC of Hansa Werkzeuge over order PO-1, in euros: header, lines, and what stands behind UNS. */
export function edifactInvoice(
  header: readonly string[],
  lines: readonly string[],
  summary: readonly string[],
  { number = 'I-1', kind = '380', references = ['RFF+ON:PO-1'] } = {},
): string {
  const body = [
    `BGM+${kind}+${number}+9`,
    'DTM+137:20260302:102',
    ...references,
    'CUX+2:EUR:4',
    ...header,
    ...lines,
    'UNS+S',
    ...summary,
  ];
  const control = number.replace(/\D/g, '').padStart(3, '9');
  return [
    `UNA:+.? 'UNB+UNOC:3+4012345000009:14+4012345500004:14+260302:0915+${control}`,
    'UNH+1+INVOIC:D:96A:UN:EAN008',
    ...body,
    `UNT+${body.length + 2}+1`,
    `UNZ+1+${control}`,
    '',
  ].join("'");
}
