import { ErrorBoundary } from '@narthex/ui';
import { type ReactElement } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { AlertsPage } from '../alerts/AlertsPage';
import { SettingsPage } from '../settings/SettingsPage';
import { EditSilencePage } from '../silences/EditSilencePage';
import { NewSilencePage } from '../silences/NewSilencePage';
import { SilencePage } from '../silences/SilencePage';
import { SilencesPage } from '../silences/SilencesPage';
import { StatusPage } from '../status/StatusPage';

/** The pages under the addresses that upstream's links lead to. */
export function Pages(): ReactElement {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary key={pathname}>
      <Routes>
        <Route path="/alerts" element={<AlertsPage />} />
        <Route path="/silences" element={<SilencesPage />} />
        <Route path="/silences/new" element={<NewSilencePage />} />
        <Route path="/silences/edit/:id" element={<EditSilencePage />} />
        <Route path="/silences/:id" element={<SilencePage />} />
        <Route path="/status" element={<StatusPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="*" element={<Navigate to="/alerts" replace />} />
      </Routes>
    </ErrorBoundary>
  );
}
