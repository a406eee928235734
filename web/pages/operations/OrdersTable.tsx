import { Badge } from '@mantine/core'
import type { OpsOrderRow } from '../../../src/orders/contract.ts'
import { paths } from '../../paths.ts'
import { plural } from '../../ui/format.ts'
import { TextLink } from '../../ui/links.tsx'
import { When } from '../../ui/When.tsx'
import { Cell } from './Cell.tsx'
import classes from './Ops.module.css'
import { StatusBadge } from './StatusBadge.tsx'

export function OrdersTable({ rows }: { rows: OpsOrderRow[] }) {
  return (
    <table className={classes.table} aria-label="Orders">
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">Status</th>
          <th scope="col">Customer</th>
          <th scope="col">Node</th>
          <th scope="col">Paid</th>
          <th scope="col">Next look</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row }: { row: OpsOrderRow }) {
  return (
    <tr>
      <Cell label="Order">
        <TextLink to={paths.opsOrder} params={{ orderId: row.id }} fw={600}>
          {row.serverName}
        </TextLink>
        <span className={classes.sub}>
          <span className="mono">{row.id.slice(0, 8)}</span> · {row.planId}
        </span>
      </Cell>
      <Cell label="Status">
        <StatusBadge status={row.status} />{' '}
        {row.suspended && (
          <Badge color="yellow" variant="light" tt="none">
            suspended
          </Badge>
        )}
        {row.failure && <span className={classes.cause}>{row.failure.cause}</span>}
        {row.attempts > 1 && <span className={classes.sub}>{plural(row.attempts, 'attempt')}</span>}
      </Cell>
      <Cell label="Customer">{row.customerEmail}</Cell>
      <Cell label="Node">
        {row.node ?? 'none'}
        {row.pterodactylServerIdentifier && <span className={`${classes.sub} mono`}>{row.pterodactylServerIdentifier}</span>}
      </Cell>
      <Cell label="Paid">
        <When at={row.createdAt} />
      </Cell>
      <Cell label="Next look">{row.nextCheckAt ? <When at={row.nextCheckAt} /> : 'none'}</Cell>
    </tr>
  )
}
