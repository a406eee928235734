import { Fragment, type ReactNode } from 'react'
import type { LogLineView } from '../../../../src/operations/contract.ts'
import { paths } from '../../../paths.ts'
import { Copy } from '../../../ui/Copy.tsx'
import { TextLink } from '../../../ui/links.tsx'
import { When } from '../../../ui/When.tsx'
import ops from '../Ops.module.css'
import classes from './Logs.module.css'

/** Everything a line carries, with the ways on from it. */
export function LogFacts({ line }: { line: LogLineView }) {
  const { at, orderId, userId, customerEmail, requestId, process, facts } = line
  const known: [name: string, value: ReactNode][] = [
    ['At', <When key="at" at={at} />],
    ['Order', orderId && <OrderLinks key="order" orderId={orderId} />],
    ['Customer', userId && <CustomerLinks key="customer" userId={userId} email={customerEmail} />],
    ['Request', requestId && <RequestLink key="request" requestId={requestId} />],
    ['Process', <Mono key="process" text={process} />],
  ]
  return (
    <dl className={`${ops.facts} ${classes.facts}`}>
      {known
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      {Object.entries(facts).map(([name, value]) => (
        <Fragment key={`fact ${name}`}>
          <dt className="mono">{name}</dt>
          <dd>
            <Fact value={value} />
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}

const Mono = ({ text }: { text: string }) => <span className="mono">{text}</span>

function Fact({ value }: { value: unknown }) {
  if (value === null || typeof value !== 'object') return <Mono text={String(value)} />
  // A stack is read line by line.
  const text = JSON.stringify(value, null, 2).replaceAll('\\n', '\n')
  return <pre className={classes.nested}>{text}</pre>
}

const OrderLinks = ({ orderId }: { orderId: string }) => (
  <>
    <TextLink to={paths.opsOrder} params={{ orderId }} size="sm" className="mono">
      {orderId}
    </TextLink>{' '}
    <Copy value={orderId} what="order id" /> ·{' '}
    <TextLink to={paths.opsLogs} search={{ order: orderId }} size="sm">
      its log
    </TextLink>
  </>
)

const CustomerLinks = ({ userId, email }: { userId: string; email: string | null }) => (
  <>
    {email ? (
      <TextLink to={paths.opsCustomer} params={{ userId }} size="sm">
        {email}
      </TextLink>
    ) : (
      <Mono text={userId} />
    )}{' '}
    <Copy value={userId} what="customer id" /> ·{' '}
    <TextLink to={paths.opsLogs} search={{ customer: userId }} size="sm">
      the customer’s log
    </TextLink>
  </>
)

const RequestLink = ({ requestId }: { requestId: string }) => (
  <TextLink to={paths.opsLogs} search={{ request: requestId }} size="sm" className="mono">
    {requestId}
  </TextLink>
)
