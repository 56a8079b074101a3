/** A case that another suite shows: on a real transport, on the decision alone, or at every commit. */
export interface ElsewhereScenario {
  number: number;
  what: string;
  does: string;
  /** The test's file and words of its title; absent where no test shows the case yet. */
  shownBy?: { file: string; test: string };
}

const AS2_SENDING = 'test/integration/as2-sending.test.ts';

export const ELSEWHERE: readonly ElsewhereScenario[] = [
  {
    number: 33,
    what: 'The receipt (MDN) for our AS2 message is lost.',
    does: 'Sends the same bytes under the same Message-ID, so that the partner can tell it from a second message.',
    shownBy: { file: AS2_SENDING, test: 'every attempt sends the same bytes under the same Message-ID' },
  },
  {
    number: 34,
    what: 'The asynchronous receipt is late, or never comes.',
    does: 'Waits for it, sends the same message again when it is due, and at last asks a person.',
    shownBy: {
      file: AS2_SENDING,
      test: 'no asynchronous receipt at all: the same bytes again, and then a person is asked',
    },
  },
  {
    number: 35,
    what: 'The receipt holds another digest (MIC) than what we sent.',
    does: 'Takes it as no acknowledgment, and asks a person instead of sending again.',
    shownBy: { file: AS2_SENDING, test: '%s is no acknowledgment, and is not tried again' },
  },
  {
    number: 36,
    what: 'A certificate expires in mid-day.',
    does: 'Stops using it, and tells the people of EDI with its name and fingerprint.',
    shownBy: {
      file: 'test/transports/as2/orders.test.ts',
      test: 'an expired certificate of the partner holds the order up, and somebody is told long before',
    },
  },
  {
    number: 37,
    what: 'A certificate is changed while one partner has not imported the new one.',
    does: 'Accepts signatures of the old and the new one as long as both are agreed.',
    shownBy: {
      file: 'test/transports/as2/forgery.test.ts',
      test: 'verifies by each of several certificates of the partner',
    },
  },
  {
    number: 40,
    what: 'The process ends, at any commit, before or after it is durable.',
    does: 'Goes on with the next process as if nothing had happened.',
    shownBy: {
      file: 'test/pipeline/crash-suite.ts',
      test: 'ends the same when the process ends %s any commit',
    },
  },
  {
    number: 41,
    what: 'An interchange of a gigabyte comes.',
    does: 'Parses, validates, splits and acknowledges it as a stream in bounded memory.',
    shownBy: {
      file: 'test/edi/streaming.test.ts',
      test: 'parsed, validated, split and acknowledged in bounded memory',
    },
  },
  {
    number: 61,
    what: 'The ERP is down for two hours, and a burst of documents comes in meanwhile.',
    does: 'Keeps all of them, and writes each once when the ERP is back, those of one order in their order.',
    shownBy: {
      file: 'test/pipeline/erp/erp-burst.test.ts',
      test: 'a burst of documents while the ERP is down for two hours: it hears each once, of every order in its order',
    },
  },
  {
    number: 63,
    what: 'A line is edited in Odoo behind the gateway.',
    does: 'Tells the difference when it compares both sides, and when it is read again sends a change order to the supplier.',
    shownBy: {
      file: 'test/integration/odoo-reconcile.test.ts',
      test: 'a line edited behind our back is told; read again it is a change order to the supplier',
    },
  },
  {
    number: 64,
    what: 'An answer of 500 lines is in a unit that nobody can convert for their item.',
    does: 'Opens one exception, also where other orders have it; one correction, and all lines go on.',
    shownBy: {
      file: 'test/pipeline/exceptions/one-fix.test.ts',
      test: 'that is one exception, and one correction resumes all of them',
    },
  },
];
