declare global {
  /** Where the scroll lock of dialogs looks for it. */
  var __webpack_nonce__: string | undefined
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
globalThis.__webpack_nonce__ = nonce

/** What the policy of this page asks of every style sheet that is made in the browser. */
export const styleNonce = (): string => nonce
