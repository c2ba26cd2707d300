import { reasonOf } from '../kernel/errors.ts'
import { serveRequests } from '../thread/serve-requests.ts'
import { errnoOf } from './disk/failure.ts'
import { type Hashed, hashFile } from './hash-file.ts'

/** The system's error as plain data: a worker's exceptions lose their errno on the way. */
export type HashAnswer = Hashed | { readonly errno: string | undefined; readonly message: string }

serveRequests<string, HashAnswer>(async (path) => {
  try {
    return await hashFile(path)
  } catch (thrown) {
    return { errno: errnoOf(thrown), message: reasonOf(thrown) }
  }
})
