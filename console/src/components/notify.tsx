import { notifications } from '@mantine/notifications';
import { showProblem } from '../api/problem';

const READING_MS = 12_000;
const closeButtonProps = { 'aria-label': 'Close the message' };

/** Says that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', closeButtonProps });
}

/** Says that something was not done, and why. For `onError` of a mutation. */
export function notifyProblem(error: unknown): void {
  const { title, detail, advice, requestId } = showProblem(error);
  const message = (
    <>
      {detail} {advice}
      {requestId !== null && <div>Request {requestId}</div>}
    </>
  );
  notifications.show({ title, message, color: 'red', autoClose: READING_MS, closeButtonProps, role: 'alert' });
}
