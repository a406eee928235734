import { Button } from '@mantine/core'
import { FaultBox } from './FaultBox.tsx'
import { Page } from './Page.tsx'

/** The whole page could not be shown. */
export function PageFault({ error }: { error: unknown }) {
  return (
    <Page title="This page broke" width="text">
      <FaultBox error={error} />
      <Button mt="lg" onClick={() => location.reload()}>
        Reload the page
      </Button>
    </Page>
  )
}
