import { ErrorBoundary, Loading, Notice } from '@narthex/ui';
import { lazy, type ReactElement, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { useServer } from './server-context';

const QueryPage = lazy(() => import('../query/QueryPage').then((page) => ({ default: page.QueryPage })));
const AlertsPage = lazy(() => import('../alerts/AlertsPage').then((page) => ({ default: page.AlertsPage })));
const TargetsPage = lazy(() =>
  import('../targets/TargetsPage').then((page) => ({ default: page.TargetsPage })),
);
const RulesPage = lazy(() => import('../rules/RulesPage').then((page) => ({ default: page.RulesPage })));
const DiscoveryPage = lazy(() =>
  import('../targets/DiscoveryPage').then((page) => ({ default: page.DiscoveryPage })),
);
const StatusPage = lazy(() => import('../status/StatusPage').then((page) => ({ default: page.StatusPage })));
const TsdbPage = lazy(() => import('../status/TsdbPage').then((page) => ({ default: page.TsdbPage })));
const FlagsPage = lazy(() => import('../status/FlagsPage').then((page) => ({ default: page.FlagsPage })));
const ConfigPage = lazy(() => import('../status/ConfigPage').then((page) => ({ default: page.ConfigPage })));
const AgentPage = lazy(() => import('../status/AgentPage').then((page) => ({ default: page.AgentPage })));
const AlertmanagersPage = lazy(() =>
  import('../status/AlertmanagersPage').then((page) => ({ default: page.AlertmanagersPage })),
);

/** The page of the current address. */
export function Pages(): ReactElement {
  const { pathname, search } = useLocation();
  const { served } = useServer();
  const home = served.agentMode ? '/agent' : '/query';
  return (
    <ErrorBoundary key={pathname}>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/" element={<Navigate to={home} replace />} />
          <Route path="/agent" element={<AgentPage />} />
          <Route path="/graph" element={<Navigate to={{ pathname: '/query', search }} replace />} />
          <Route path="/query" element={<QueryPage />} />
          <Route path="/alerts" element={<AlertsPage />} />
          <Route path="/targets" element={<TargetsPage />} />
          <Route path="/rules" element={<RulesPage />} />
          <Route path="/service-discovery" element={<DiscoveryPage />} />
          <Route path="/status" element={<StatusPage />} />
          <Route path="/tsdb-status" element={<TsdbPage />} />
          <Route path="/flags" element={<FlagsPage />} />
          <Route path="/config" element={<ConfigPage />} />
          <Route path="/alertmanager-discovery" element={<AlertmanagersPage />} />
          <Route
            path="*"
            element={
              <Notice tone="plain" title="There is no such page">
                {pathname}
              </Notice>
            }
          />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}
