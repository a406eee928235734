import { Component, type ReactNode } from 'react'
import { PageFault } from './PageFault.tsx'

type Props = { children: ReactNode }

/** A fault of one page leaves the frame around it standing. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    return this.state.error === null ? this.props.children : <PageFault error={this.state.error} />
  }
}
