/** What is read of the host that we run on, and of our own address as the world sees it. */
export interface Readings {
  /** The host's own clock; the sandbox's is another. */
  now(): Date
  /** Of the file system that holds this folder. */
  disk(folder: string): Promise<{ freeBytes: number; totalBytes: number }>
  /** The certificate that a TLS server shows, whether or not it is any good. */
  certificate(host: string, port: number): Promise<Certificate>
  /** Asks an address for its health, with a number that only we know the answer to. Never throws. */
  health(url: string, nonce: string): Promise<{ status: number | null; proof: string | null; trouble: string | null }>
}
export interface Certificate {
  validTo: Date
  issuer: string
  /** Why a browser would not take it; null: it would. */
  refusedFor: string | null
}
