import { expect, test } from '@jest/globals';
import { readParameters } from '../../../../src/transports/as2/mime/parameters.ts';

const parametersOf = (field: string): Record<string, string> =>
  Object.fromEntries(readParameters(field).parameters);

test('type and names are read whatever their case, values as they stand', () => {
  const field = readParameters(
    'Multipart/Signed; Protocol="application/pkcs7-signature"; BOUNDARY=AbC ;micalg=sha1',
  );
  expect(field.value).toBe('multipart/signed');
  expect(Object.fromEntries(field.parameters)).toEqual({
    protocol: 'application/pkcs7-signature',
    boundary: 'AbC',
    micalg: 'sha1',
  });
});

test('a quoted value may hold semicolons, quotes, and the backslashes of a Windows path', () => {
  expect(parametersOf(String.raw`attachment; filename="a;b\"c.edi"`)).toEqual({ filename: 'a;b"c.edi' });
  expect(parametersOf(String.raw`attachment; filename="C:\edi\out.txt"`)).toEqual({
    filename: String.raw`C:\edi\out.txt`,
  });
});

test('extended values are decoded, and continuations put together (RFC 2231)', () => {
  expect(parametersOf("attachment; filename*=UTF-8''Rechnung_%C3%BC_%e2%82%ac.edi")).toEqual({
    filename: 'Rechnung_ü_€.edi',
  });
  expect(parametersOf("attachment; filename*=iso-8859-1'de'gr%FCn.edi; filename=x")).toEqual({
    filename: 'grün.edi',
  });
  expect(parametersOf("x; name*0*=us-ascii'en'a%20; name*1=b; name*2*=%20c")).toEqual({ name: 'a b c' });
  expect(parametersOf('x; name*0="first "; name*1="second"')).toEqual({ name: 'first second' });
});

test('what cannot be read is left out', () => {
  expect(readParameters(undefined).value).toBe('');
  expect(parametersOf('x; = ; name; *=1; a="')).toMatchObject({ a: '"' });
  expect(parametersOf("x; name*=UTF-8''%FF%FE")).toEqual({ name: 'ÿþ' });
});
