import { Badge, SimpleGrid, Text, Title } from '@mantine/core'
import type { HealthView } from '../../../src/health/contract.ts'
import { duration } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import classes from '../operations/Ops.module.css'

const ROLES: Record<string, string> = { all: 'web and worker', web: 'web', worker: 'worker' }
/** As the rule does it: what runs every few seconds may fail for a minute. */
const isSilent = (task: HealthView['tasks'][number]) => task.silentSeconds > 3 * Math.max(20, task.everySeconds)

/** Who is heard of, and which timed tasks get through. */
export function Processes({ processes, tasks }: Pick<HealthView, 'processes' | 'tasks'>) {
  const silent = tasks.filter(isSilent)
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <section className="card" aria-labelledby="processes-title">
        <Title order={2} id="processes-title" mb="md">
          Processes
        </Title>
        {processes.length === 0 && <Text c="dimmed">None is heard of.</Text>}
        <dl className={classes.facts}>
          {processes.map((one) => (
            <Fact key={one.id} name={ROLES[one.role] ?? one.role}>
              <span className="mono">
                {one.host} · {one.pid}
              </span>
              , since <When at={one.startedAt} as="date" />
              {Math.abs(one.clockOffsetMs) > 1_000 && (
                <Badge color="yellow" variant="light" tt="none" ml="xs">
                  clock {(one.clockOffsetMs / 1_000).toFixed(1)} s off
                </Badge>
              )}
            </Fact>
          ))}
        </dl>
      </section>
      <section className="card" aria-labelledby="tasks-title">
        <Title order={2} id="tasks-title" mb="md">
          Timed tasks
        </Title>
        {silent.length === 0 ? (
          <Text c="dimmed">All {tasks.length} get through.</Text>
        ) : (
          <dl className={classes.facts}>
            {silent.map((task) => (
              <Fact key={task.name} name={task.name}>
                not for {duration(task.silentSeconds)}
                {task.lastError && <span className={classes.cause}>{task.lastError}</span>}
              </Fact>
            ))}
          </dl>
        )}
      </section>
    </SimpleGrid>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)
