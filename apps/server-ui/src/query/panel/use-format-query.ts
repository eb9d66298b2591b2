import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useServer } from '../../app/server-context';

/** Lets the server lay out an expression as `promtool promql format` does. */
export function useFormatQuery(
  onFormatted: (expr: string) => void,
): UseMutationResult<string, Error, string> {
  const { api } = useServer();
  return useMutation({
    mutationFn: async (expr: string) =>
      (await api.get<string>('format_query', new URLSearchParams({ query: expr }))).data,
    onSuccess: onFormatted,
  });
}
