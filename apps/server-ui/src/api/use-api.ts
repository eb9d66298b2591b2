import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useServer } from '../app/server-context';
import { useSettings } from '../settings/settings';
import { type ApiAnswer } from './client';
import { type RulesAnswer, type AlertingRule } from './types-rules';
import {
  type BuildInfoAnswer,
  type ConfigAnswer,
  type FlagsAnswer,
  type MetadataAnswer,
  type RuntimeInfoAnswer,
  type ServerNotification,
  type TsdbStatusAnswer,
} from './types-status';
import { type AlertmanagersAnswer, type TargetsAnswer } from './types-targets';

export type ApiResult<T> = UseQueryResult<ApiAnswer<T>>;

/** Fetches one endpoint, again whenever the settings say so if it is `live`. */
function useEndpoint<T>(path: string, params: Readonly<Record<string, string>>, live: boolean): ApiResult<T> {
  const { api } = useServer();
  const { settings } = useSettings();
  return useQuery({
    queryKey: [path, params],
    queryFn: ({ signal }) => api.get<T>(path, new URLSearchParams(params), signal),
    refetchInterval: live && settings.refreshMs > 0 ? settings.refreshMs : false,
    placeholderData: keepPreviousData,
  });
}

export function useTargets(): ApiResult<TargetsAnswer> {
  return useEndpoint('targets', { state: 'active' }, true);
}

/** Active and dropped targets. */
export function useDiscovery(): ApiResult<TargetsAnswer> {
  return useEndpoint('targets', {}, true);
}

export function useAlertingRules(): ApiResult<RulesAnswer<AlertingRule>> {
  return useEndpoint('rules', { type: 'alert' }, true);
}

export function useRules(): ApiResult<RulesAnswer> {
  return useEndpoint('rules', {}, true);
}

export function useAlertmanagers(): ApiResult<AlertmanagersAnswer> {
  return useEndpoint('alertmanagers', {}, true);
}

/** What the server itself wants noticed. */
export function useNotifications(): ApiResult<readonly ServerNotification[]> {
  return useEndpoint('notifications', {}, true);
}

export function useFlags(): ApiResult<FlagsAnswer> {
  return useEndpoint('status/flags', {}, false);
}

export function useConfig(): ApiResult<ConfigAnswer> {
  return useEndpoint('status/config', {}, false);
}

export function useBuildInfo(): ApiResult<BuildInfoAnswer> {
  return useEndpoint('status/buildinfo', {}, false);
}

export function useRuntimeInfo(): ApiResult<RuntimeInfoAnswer> {
  return useEndpoint('status/runtimeinfo', {}, true);
}

export function useTsdbStatus(limit: number): ApiResult<TsdbStatusAnswer> {
  return useEndpoint('status/tsdb', { limit: String(limit) }, true);
}

/** Names of all metrics there are samples of. */
export function useMetricNames(): ApiResult<readonly string[]> {
  return useEndpoint('label/__name__/values', {}, false);
}

export function useMetadata(): ApiResult<MetadataAnswer> {
  return useEndpoint('metadata', {}, false);
}
