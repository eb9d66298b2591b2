import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Notice } from './Notice';

export interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** Catches what a page throws while rendering (a chunk that did not load, too), so the rest stays usable. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Notice tone="bad" title="This page could not be shown">
        {error.message}{' '}
        <Button size="compact-xs" variant="default" onClick={() => this.setState({ error: undefined })}>
          Try again
        </Button>
      </Notice>
    );
  }
}
