export { checkRestore, endRestoring, type RestoreAsk, type Restored, restoreBackup } from './restore.ts'
export { type Taken, takeBackup } from './take.ts'
