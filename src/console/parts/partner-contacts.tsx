import { useQuery } from '@tanstack/react-query';
import { partnerQuery } from '../data/queries.ts';
import type { PartnerDetail } from '../data/types.ts';
import styles from './exception-dialogs.module.css';

interface Contact {
  name: string;
  role: string;
  email?: string;
  phone?: string;
}

/** Whom the settings of a partner name: who asks can also write or call himself. */
export function PartnerContacts({ partnerId }: { partnerId: string }) {
  const { data } = useQuery({ ...partnerQuery(partnerId), enabled: partnerId !== '' });
  if (data === undefined) return null;
  const contacts = contactsOf(data);
  if (contacts.length === 0)
    return <p className={styles.note}>partner.yaml names no contacts of {data.name}.</p>;
  return (
    <ul className={styles.contacts} aria-label={`Contacts of ${data.name}`}>
      {contacts.map(({ name, role, email, phone }) => (
        <li key={`${role} ${name}`}>
          {name} ({role})
          {email === undefined ? (
            ''
          ) : (
            <>
              : <a href={`mailto:${email}`}>{email}</a>
            </>
          )}
          {phone === undefined ? '' : `, ${phone}`}
        </li>
      ))}
    </ul>
  );
}

function contactsOf({ configuration }: PartnerDetail): Contact[] {
  return (configuration['contacts'] ?? []) as Contact[];
}
