import type { Plugin } from '../../plugin.ts'

/** `test('pool')`: the text `NODE_ID:pool`. Takes nothing, keeps nothing. */
export const testPlugin: Plugin = {
  async allocate({ nodeId, pool }) {
    return { value: `${nodeId}:${pool}`, giveBack: async () => false }
  },
}
