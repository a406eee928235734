import type { IncomingMessage } from 'node:http'

/** @throws nothing: a body that ends early is what came of it. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {}
  return Buffer.concat(chunks).toString('utf8')
}
