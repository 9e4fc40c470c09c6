import { listedProblems, showProblem } from '../api/problem';
import { Notice } from './notice';

/** Why the hub refused what a form sent; what is wrong with a field stands at the field, too. */
export function FormRefusal({ error }: { readonly error: unknown }) {
  if (error === null) return null;
  const { title, detail, requestId } = showProblem(error);
  const problems = listedProblems(error);
  return (
    <Notice tone="bad" role="alert" title={title}>
      {problems.length < 2 ? detail : problems.map(({ field, message }) => `${field} ${message}`).join('; ')}{' '}
      {requestId !== null && <>(Request {requestId})</>}
    </Notice>
  );
}
