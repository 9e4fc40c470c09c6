import { showProblem } from '../api/problem';
import { Notice } from './notice';

/** Why the hub refused what a form sent; what is wrong with a field stands at the field, too. */
export function FormRefusal({ error }: { readonly error: unknown }) {
  if (error === null) return null;
  const { title, detail, requestId } = showProblem(error);
  return (
    <Notice tone="bad" role="alert" title={title}>
      {detail} {requestId !== null && <>(Request {requestId})</>}
    </Notice>
  );
}
