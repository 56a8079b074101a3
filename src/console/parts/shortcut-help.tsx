import { Dialog } from './dialog.tsx';
import { useShortcutsEnabled } from './shortcuts.ts';
import styles from './shortcut-help.module.css';

const GROUPS: readonly [title: string, keys: readonly (readonly [keys: string, what: string])[]][] = [
  [
    'Exceptions',
    [
      ['j k', 'Next, previous'],
      ['Enter', 'Open'],
      ['1 … 4', 'Actions, as numbered'],
      ['e', 'Dismiss'],
      ['a', 'Assign'],
      ['i', 'Assign to me'],
      ['h', 'Snooze'],
      ['c', 'Comment'],
    ],
  ],
  [
    'Everywhere',
    [
      ['/', 'Search this list'],
      ['Ctrl K', 'Find any id'],
      ['Ctrl Enter', 'Send what a dialog asks for'],
      ['z', 'Undo'],
      ['?', 'This help'],
    ],
  ],
  [
    'Go to',
    [
      ['g e', 'Exceptions'],
      ['g o', 'Orders'],
      ['g i', 'Invoices'],
      ['g c', 'Claims'],
      ['g f', 'Files'],
      ['g d', 'Deliveries'],
      ['g p', 'Partners'],
      ['g k', 'Certificates'],
      ['g r', 'ERP'],
    ],
  ],
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const [enabled, setEnabled] = useShortcutsEnabled();
  return (
    <Dialog title="Keyboard" onClose={onClose} wide>
      <div className={styles.groups}>
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key} className={styles.key}>
                  <dt>
                    {key.split(' ').map((part) => (
                      <kbd key={part}>{part}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className={styles.toggle}>
        <input
          type="checkbox"
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        Single-key shortcuts are on. They never act while you type.
      </label>
    </Dialog>
  );
}
