import type { Finding } from '../common/finding.ts';
import type { Document } from '../documents/document.ts';
import type { TransactionValidation } from '../edi/grammar/index.ts';
import type { FunctionalGroup, Transaction } from '../edi/model.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { DocumentRecord } from './records.ts';
