import { paths } from '../paths.ts'
import { ButtonLink } from './links.tsx'
import { Page } from './Page.tsx'

export function NotFound() {
  return (
    <Page title="There is nothing here" tab="Not found" lead="The address may be mistyped, or what stood here is gone." width="text">
      <ButtonLink to={paths.home}>See all games</ButtonLink>
    </Page>
  )
}
