import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useSettings } from '../settings/settings';
import { useApi } from './api-context';
import { type Alert, type AlertGroup, type AlertQuery, type Silence, type Status } from './types';

export function useAlertGroups(query: AlertQuery): UseQueryResult<readonly AlertGroup[]> {
  const api = useApi();
  const { settings } = useSettings();
  return useQuery({
    queryKey: ['alerts', 'groups', query],
    queryFn: ({ signal }) => api.alertGroups(query, signal),
    refetchInterval: settings.refreshMs > 0 && settings.refreshMs,
    placeholderData: keepPreviousData,
  });
}

/** The alerts that a silence with these matchers would hold back; none are asked for while there are no matchers. */
export function useAffectedAlerts(filters: readonly string[]): UseQueryResult<readonly Alert[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['alerts', 'affected', filters],
    queryFn: ({ signal }) => api.alerts(filters, signal),
    enabled: filters.length > 0,
    placeholderData: keepPreviousData,
  });
}

export function useReceivers(): UseQueryResult<readonly { readonly name: string }[]> {
  const api = useApi();
  return useQuery({ queryKey: ['receivers'], queryFn: ({ signal }) => api.receivers(signal) });
}

export function useSilences(filters: readonly string[]): UseQueryResult<readonly Silence[]> {
  const api = useApi();
  const { settings } = useSettings();
  return useQuery({
    queryKey: ['silences', filters],
    queryFn: ({ signal }) => api.silences(filters, signal),
    refetchInterval: settings.refreshMs > 0 && settings.refreshMs,
    placeholderData: keepPreviousData,
  });
}

export function useSilence(id: string): UseQueryResult<Silence> {
  const api = useApi();
  return useQuery({
    queryKey: ['silence', id],
    queryFn: ({ signal }) => api.silence(id, signal),
    enabled: id !== '',
  });
}

export function useStatus(): UseQueryResult<Status> {
  const api = useApi();
  return useQuery({ queryKey: ['status'], queryFn: ({ signal }) => api.status(signal) });
}
