import { failureOf } from '../../thread/protocol.ts'
import { serveRequests } from '../../thread/serve-requests.ts'
import { errnoOf } from '../disk/failure.ts'
import { presenceOf, stampAt, stateAt } from './look.ts'
import type { ReaderAnswer, ReaderBatch, ReaderQuestion } from './messages.ts'
import { readFolder } from './read-folder.ts'

serveRequests<ReaderBatch, readonly ReaderAnswer[]>(({ now, questions }) =>
  Promise.all(questions.map((question) => answer(question, now))),
)

async function answer(question: ReaderQuestion, now: number): Promise<ReaderAnswer> {
  try {
    switch (question.kind) {
      case 'stamp':
        return { kind: 'stamp', stamp: stampAt(question.path) }
      case 'presence':
        return { kind: 'state', state: await presenceOf(question.folder) }
      case 'state':
        return { kind: 'state', state: await stateAt(question.folder) }
      case 'content':
        return { kind: 'content', content: await readFolder(question, now) }
    }
  } catch (thrown) {
    return { kind: 'failed', failure: failureOf(thrown), errno: errnoOf(thrown) }
  }
}
