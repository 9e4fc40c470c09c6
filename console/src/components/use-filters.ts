import { useNavigate } from '@tanstack/react-router';

type Texts = Readonly<Record<string, string | undefined>>;

/** Changes what the address bar says of a list; it then begins at its first page. An empty text takes a filter away. */
export function useFilters(): (changes: Texts) => void {
  const navigate = useNavigate();
  return (changes) =>
    void navigate({
      to: '.',
      replace: true,
      search: (search: Record<string, unknown>) => ({ ...search, ...withoutEmpty(changes), cursor: undefined }),
    });
}

function withoutEmpty(changes: Texts): Texts {
  return Object.fromEntries(Object.entries(changes).map(([name, text]) => [name, text === '' ? undefined : text]));
}
