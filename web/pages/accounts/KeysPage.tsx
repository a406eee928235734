import { Badge, Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { KeyView } from '../../../src/accounts/contract.ts'
import { keysQuery } from '../../api/access.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { When } from '../../ui/When.tsx'
import { Cell } from '../operations/Cell.tsx'
import classes from '../operations/Ops.module.css'
import { MakeKey } from './MakeKey.tsx'
import { RevokeKey } from './RevokeKey.tsx'

const COLORS: Record<KeyView['state'], string> = { live: 'emerald', expired: 'yellow', revoked: 'gray' }

export function KeysPage() {
  const keys = useQuery(keysQuery)
  const [making, setMaking] = useState(false)
  return (
    <Page
      title="API keys"
      tab="API keys, operations"
      lead="For scripts, for Prometheus, and for the command line from elsewhere."
      actions={<Button onClick={() => setMaking(true)}>New key</Button>}
    >
      {making && <MakeKey onClose={() => setMaking(false)} />}
      {keys.isPending && <Loading label="Loading the keys" heights={[48, 48]} />}
      {keys.isError && <FaultBox error={keys.error} title="The keys could not be loaded" retry={keys.refetch} />}
      {keys.data?.keys.length === 0 && (
        <Empty icon={<IconKey size={36} />} title="No keys yet">
          A key may only what its scopes say, and it ends by itself.
        </Empty>
      )}
      {keys.data && keys.data.keys.length > 0 && (
        <div className={`card ${classes.sheet}`}>
          <table className={classes.table} aria-label="API keys">
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">May</th>
                <th scope="col">Made by</th>
                <th scope="col">Last used</th>
                <th scope="col">Ends</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {keys.data.keys.map((key) => (
                <Row key={key.id} row={key} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  )
}

function Row({ row }: { row: KeyView }) {
  return (
    <tr>
      <Cell label="Key">
        {row.name}
        <span className={`${classes.sub} mono`}>{row.shown}</span>
      </Cell>
      <Cell label="May">{row.scopes.join(', ')}</Cell>
      <Cell label="Made by">
        {row.createdBy}
        <span className={classes.sub}>
          <When at={row.createdAt} as="date" />
        </span>
      </Cell>
      <Cell label="Last used">{row.lastUsedAt ? <When at={row.lastUsedAt} /> : 'never'}</Cell>
      <Cell label="Ends">
        <When at={row.expiresAt} as="date" />
      </Cell>
      <Cell label="State">
        {row.state === 'live' ? (
          <RevokeKey apiKey={row} />
        ) : (
          <Badge color={COLORS[row.state]} variant="light" tt="none">
            {row.state}
          </Badge>
        )}
      </Cell>
    </tr>
  )
}
