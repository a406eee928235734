import { Text, Title, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircle, IconLoader2 } from '@tabler/icons-react'
import type { OrderView } from '../../../src/orders/contract.ts'
import { When } from '../../ui/When.tsx'
import classes from './Order.module.css'

type Step = OrderView['steps'][number]

const SAID: Record<Step['state'], string> = { done: 'done', now: 'in progress', waiting: 'not yet', trouble: 'in trouble' }

const Mark = ({ state }: { state: Step['state'] }) => {
  if (state === 'done') return <IconCheck size={16} stroke={3} aria-hidden />
  if (state === 'now') return <IconLoader2 size={16} className={classes.turning} aria-hidden />
  if (state === 'trouble') return <IconAlertTriangle size={15} aria-hidden />
  return <IconCircle size={8} aria-hidden />
}

/** The way from payment to a ready server, in plain words. What is under way is also spoken. */
export function OrderSteps({ steps }: { steps: Step[] }) {
  const now = steps.find((step) => step.state === 'now' || step.state === 'trouble')
  return (
    <section className="card" aria-labelledby="steps-title">
      <Title order={2} id="steps-title" mb="md">
        Step by step
      </Title>
      <VisuallyHidden aria-live="polite">{now ? `${now.title}: ${SAID[now.state]}` : ''}</VisuallyHidden>
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.id} className={classes.step} data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
            <span className={classes.mark}>
              <Mark state={step.state} />
            </span>
            <div>
              <div className={classes.title}>
                {step.title}
                <VisuallyHidden>: {SAID[step.state]}</VisuallyHidden>
              </div>
              <Text size="sm" c="dimmed">
                {step.text}
                {step.at && (
                  <>
                    {' '}
                    <When at={step.at} as="second" />
                  </>
                )}
              </Text>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
