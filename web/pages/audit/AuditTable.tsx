import type { DeedView } from '../../../src/audit/contract.ts'
import { paths } from '../../paths.ts'
import { TextLink } from '../../ui/links.tsx'
import { When } from '../../ui/When.tsx'
import { Cell } from '../operations/Cell.tsx'
import classes from '../operations/Ops.module.css'

const KINDS: Record<DeedView['actorKind'], string> = {
  user: 'person',
  service: 'service key',
  key: 'API key',
  cli: 'command line',
  system: 'the system',
  sql: 'by hand in SQL',
}

export function AuditTable({ deeds }: { deeds: DeedView[] }) {
  return (
    <table className={classes.table} aria-label="Deeds">
      <thead>
        <tr>
          <th scope="col">Deed</th>
          <th scope="col">Who</th>
          <th scope="col">Why</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {deeds.map((deed) => (
          <Row key={deed.id} deed={deed} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ deed }: { deed: DeedView }) {
  return (
    <tr>
      <Cell label="Deed">
        <TextLink to={paths.opsAudit} search={{ did: deed.did }} fw={600}>
          {deed.did}
        </TextLink>
        <span className={classes.sub}>
          {deed.targetType} <Target deed={deed} />
        </span>
        {Object.keys(deed.details).length > 0 && (
          <details>
            <summary className={classes.sub}>Details</summary>
            <pre className={`mono ${classes.evidence}`}>{JSON.stringify(deed.details, null, 2)}</pre>
          </details>
        )}
      </Cell>
      <Cell label="Who">
        <TextLink to={paths.opsAudit} search={{ actor: deed.actorEmail ?? deed.actorId }}>
          {deed.actorEmail ?? deed.actorId}
        </TextLink>
        <span className={classes.sub}>{KINDS[deed.actorKind]}</span>
      </Cell>
      <Cell label="Why">
        {deed.why ?? <span className={classes.sub}>no reason given</span>}
        {deed.requestId && <span className={`${classes.sub} mono`}>request {deed.requestId.slice(0, 8)}</span>}
      </Cell>
      <Cell label="When">
        <When at={deed.at} />
        <span className={classes.sub}>
          <When at={deed.at} as="second" />
        </span>
      </Cell>
    </tr>
  )
}

function Target({ deed }: { deed: DeedView }) {
  const name = deed.targetEmail ?? (deed.targetId.length > 20 ? `${deed.targetId.slice(0, 8)}…` : deed.targetId)
  if (deed.targetType === 'order')
    return (
      <TextLink to={paths.opsOrder} params={{ orderId: deed.targetId }} size="sm" className="mono">
        {name}
      </TextLink>
    )
  return (
    <TextLink to={paths.opsAudit} search={{ target: deed.targetId }} size="sm" className="mono">
      {name}
    </TextLink>
  )
}
