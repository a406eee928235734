import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { type LogFilter, type LogLineView, LogNews, LogPage, type LogQuery } from '../../src/operations/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'

type Query = { [K in keyof z.input<typeof LogQuery>]?: string | number | undefined }

/** Not looked at again by itself: lines would move away from under who reads them. Live is for that. */
export const logsQuery = (search: Query) =>
  queryOptions({
    queryKey: ['logs', search],
    queryFn: ({ signal }) => call(LogPage, api.ops.logs + queryOf(search), { signal }),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })

const SHOWN_MAX = 500

export interface LogTail {
  lines: LogLineView[]
  /** Come in while the list was held. */
  waiting: number
  connected: boolean
  /** More was said than could be shown. */
  gap: boolean
}

/** What is said from now on, the newest first; while `held`, the list stands still and the news wait. */
export function useLogTail(filter: Partial<LogFilter>, held: boolean): LogTail {
  const [{ lines, waiting, gap }, setState] = useState<{ lines: LogLineView[]; waiting: LogLineView[]; gap: boolean }>(NOTHING)
  const [connected, setConnected] = useState(false)
  const address = api.ops.logTail + queryOf(filter)

  useEffect(() => {
    setState(NOTHING)
    const stream = new EventSource(address)
    stream.addEventListener('open', () => setConnected(true))
    stream.addEventListener('error', () => setConnected(false))
    stream.addEventListener('lines', (event) => {
      const read = LogNews.safeParse(parse(event.data))
      if (read.success)
        setState((old) => ({ ...old, waiting: merged(read.data.items, old.waiting, old.lines), gap: old.gap || read.data.gap }))
    })
    return () => {
      stream.close()
      setConnected(false)
    }
  }, [address])

  useEffect(() => {
    if (!held && waiting.length > 0) setState((old) => ({ ...old, lines: [...old.waiting, ...old.lines].slice(0, SHOWN_MAX), waiting: [] }))
  }, [held, waiting])

  return { lines, waiting: waiting.length, connected, gap }
}

const NOTHING = { lines: [], waiting: [], gap: false }

/** After a reconnection the last seconds come again. */
function merged(news: LogLineView[], waiting: LogLineView[], lines: LogLineView[]): LogLineView[] {
  const known = new Set([...waiting, ...lines].map((line) => line.id))
  const fresh = news.filter((line) => !known.has(line.id))
  return [...fresh.reverse(), ...waiting].slice(0, SHOWN_MAX)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
