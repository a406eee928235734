import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import type { Ctx } from '../../kit/routes.ts'

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** Files of the built web app; every other page address is the app itself, which routes in the browser. null: not ours. */
export async function answerStatic(c: Ctx, folder: string): Promise<Response | null> {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null
  const path = normalize(decodePath(c.req.path))
  if (path.startsWith('..') || path.includes('\0')) return null
  if (!extname(path) || path === '/index.html') return answerPage(c, join(folder, 'index.html'))
  const found = await fileAt(join(folder, path))
  if (!found) return null
  const hashed = path.startsWith('/assets/')
  const headers = {
    'content-type': TYPES[extname(found.path)] ?? 'application/octet-stream',
    'content-length': String(found.size),
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  const body = c.req.method === 'HEAD' ? null : (Readable.toWeb(createReadStream(found.path)) as ReadableStream)
  return new Response(body, { headers })
}

/** As index.html has it; replaced by the nonce that this answer's policy allows. */
const NONCE_HERE = '__STYLE_NONCE__'

async function answerPage(c: Ctx, file: string): Promise<Response | null> {
  const page = await readFile(file, 'utf8').catch(() => null)
  if (page === null) return null
  const html = page.replace(NONCE_HERE, c.var.secureHeadersNonce ?? '')
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(html)),
    // Asked for anew each time, as its nonce is good for this answer alone.
    'cache-control': 'no-cache',
  }
  return new Response(c.req.method === 'HEAD' ? null : html, { headers })
}

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return '/..'
  }
}

async function fileAt(path: string): Promise<{ path: string; size: number } | null> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() ? { path, size: found.size } : null
}
