import http from 'node:http'
import https from 'node:https'

export interface Posted {
  status: number | null
  error: string | null
}
export interface Poster {
  post(url: string, payload: string, headers: Record<string, string>): Promise<Posted>
  close(): void
}

const ANSWER_MS_MAX = 10_000

/** Posts with kept connections of its own, all of them gone after `close`. Never rejects. */
export function createPoster(): Poster {
  const plain = new http.Agent({ keepAlive: true, maxSockets: 24 })
  const secure = new https.Agent({ keepAlive: true, maxSockets: 24 })
  const open = new Set<http.ClientRequest>()
  return {
    post: (url, payload, headers) =>
      new Promise((resolve) => {
        const [client, agent] = url.startsWith('https:') ? [https, secure] : [http, plain]
        const request = client.request(url, {
          method: 'POST',
          agent,
          timeout: ANSWER_MS_MAX,
          headers: { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(payload), ...headers },
        })
        open.add(request)
        const done = (answer: Posted) => {
          open.delete(request)
          resolve(answer)
        }
        request.on('response', (response) => {
          response.resume()
          response.on('end', () => done({ status: response.statusCode ?? null, error: null }))
          response.on('error', (error) => done({ status: null, error: error.message }))
        })
        request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)))
        request.on('error', (error) => done({ status: null, error: error.message || 'connection failed' }))
        request.end(payload)
      }),
    close() {
      for (const request of open) request.destroy()
      plain.destroy()
      secure.destroy()
    },
  }
}
