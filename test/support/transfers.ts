import { DEFAULT_DEADLINES, type TransferDeadlines } from '../../src/engine/transfer/connection/settings.ts'
import { createTransfers } from '../../src/engine/transfer/transfers.ts'
import { ok, type Result } from '../../src/shared/domain/result.ts'
import type {
  GetEvent,
  GetRequest,
  GetResult,
  NasAccess,
  PutEvent,
  PutRequest,
  PutResult,
  TransferHostContract,
} from '../../src/shared/worker/transfer.ts'

/** The transfers of a worker in the test's own process, where deadlines can be short. */
export interface TestTransfers extends Disposable {
  put(request: PutRequest, emit?: (event: PutEvent) => void, signal?: AbortSignal): Promise<Result<PutResult>>
  limitRate(bytesPerSecond: number | null): void
  /** With the one-time code that the NAS asked for. */
  signIn(code: string): Promise<Result<null>>
  letIdle(): void
  get(request: GetRequest, emit?: (event: GetEvent) => void): Promise<Result<GetResult>>
}

export interface TestTransfersOptions {
  readonly deadlines?: Partial<TransferDeadlines>
  /** By default a file is named after its item. */
  takeName?(input: TransferHostContract['takeName']['input']): string | Promise<string>
}

export function startTransfers(access: NasAccess, options: TestTransfersOptions = {}): TestTransfers {
  const { deadlines, takeName = ({ itemId }) => `${itemId}.png` } = options
  const transfers = createTransfers({
    deadlines: { ...DEFAULT_DEADLINES, ...deadlines },
    now: () => performance.now(),
    newId: () => 'id',
    noteReached: async () => undefined,
    numbersTaken: async () => undefined,
    noteClaim: async () => ok(null),
    learnt: async () => undefined,
    takeName: async (input) => ok({ fileName: await takeName(input) }),
  })
  const context = { signal: new AbortController().signal, emit: () => undefined as never }
  void transfers.openNas({ nasId: 'nas', access }, context)
  return {
    put: async (request, emit = () => undefined, signal = context.signal) => transfers.put(request, { signal, emit }),
    get: async (request, emit = () => undefined) => transfers.get(request, { ...context, emit }),
    limitRate: (bytesPerSecond) => void transfers.limitRate({ bytesPerSecond }, context),
    signIn: async (code) => transfers.signIn({ nasId: 'nas', access, code }, context),
    letIdle: () => void transfers.letIdle({ nasId: 'nas' }, context),
    [Symbol.dispose]: () => transfers.close(),
  }
}
