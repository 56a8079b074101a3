import { describeCrashes } from './crash-suite.ts';

/** Every file is processed as one that is too large for memory. */
const PIECE_BY_PIECE = { wholeFileBytes: 0 };

describeCrashes('SQLite', [
  { partner: 'northwind-hardware', stride: 1 },
  { partner: 'hansa-werkzeuge', stride: 1 },
  { partner: 'nordic-lighting', stride: 2 },
  { partner: 'northwind-hardware', stride: 2, ...PIECE_BY_PIECE },
  { partner: 'hansa-werkzeuge', stride: 2, ...PIECE_BY_PIECE },
  { partner: 'nordic-lighting', stride: 2, ...PIECE_BY_PIECE },
  { partner: 'northwind-hardware', stride: 1, gateways: 4 },
  { partner: 'hansa-werkzeuge', stride: 3, gateways: 4 },
]);
