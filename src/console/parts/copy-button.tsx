import { Button } from '@mantine/core';
import { useToasts } from './toasts.tsx';

/** Puts a text on the clipboard. Browsers allow it over HTTPS and on this machine alone: elsewhere there is no button. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const toasts = useToasts();
  if (!window.isSecureContext) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toasts.tell('Copied.');
    } catch {
      toasts.fail('The browser does not allow it. Mark the text and copy it by hand.');
    }
  };
  return (
    <Button
      variant="default"
      size="compact-xs"
      className="no-print"
      aria-label={label}
      onClick={() => void copy()}
    >
      Copy
    </Button>
  );
}
