import type { PluginCall } from '../definition/plugin-call.ts'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { toJson } from '../kernel/json.ts'
import type { Timer } from '../kernel/timer.ts'
import type { Value } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import type { Allocation, PluginRegistry } from '../resource/plugin.ts'
import { unlessLate } from '../resource/time-limit.ts'
import type { EventSink } from './ports.ts'

export type PluginCallPorts = {
  readonly plugins: PluginRegistry
  readonly events: EventSink
  readonly timer: Timer
  /** How long all the calls of one definition may take, in ms. */
  readonly definitionTimeoutMs: number
}

/** The plugin calls of one request for a definition, made one after the other. */
export type PluginCalls = {
  /** @throws ZtpError with the reason; then `giveBack` is to be called */
  make(call: PluginCall): Promise<Value>
  /** A failed request keeps no allocation it made (provisioning.md). Never rejects. */
  giveBack(): Promise<void>
  /** No more calls follow. */
  end(): void
}

type Taken = { readonly call: string; readonly value: string; readonly allocation: Allocation }

export function startPluginCalls(
  node: { readonly id: NodeId; readonly report: NodeReport },
  ports: PluginCallPorts,
): PluginCalls {
  const taken: Taken[] = []
  // Most definitions call nothing, and need no timer.
  let deadline: Deadline | undefined

  async function allocate({ name, pool, label, text }: PluginCall): Promise<Allocation> {
    const plugin = await ports.plugins.find(name)
    if (plugin === undefined) {
      throw new ZtpError('ZTP_UNKNOWN_PLUGIN', `there is no plugin '${name}', called by ${text}`)
    }
    const { id: nodeId, report } = node
    return plugin.allocate({ nodeId, pool, report, ...(label === undefined ? {} : { label }) })
  }

  /** Why the request failed matters more than that this failed too: it is told, not thrown. */
  async function giveBackOne({ call, value, allocation }: Taken): Promise<void> {
    try {
      if (!(await allocation.giveBack())) return
      ports.events.emit({ kind: 'given-back', nodeId: node.id, call, value })
    } catch (thrown) {
      const reason = reasonOf(thrown)
      ports.events.emit({ kind: 'not-given-back', nodeId: node.id, call, reason })
    }
  }

  return {
    async make(call) {
      deadline ??= startDeadline(ports.definitionTimeoutMs, ports.timer)
      const late = () => tooLate(call, ports.definitionTimeoutMs)
      const allocation = await unlessLate(allocate(call), deadline.watch, late)
      const value = toJson(allocation.value)
      taken.push({ call: call.text, value, allocation })
      ports.events.emit({ kind: 'allocated', nodeId: node.id, call: call.text, value })
      return allocation.value
    },
    async giveBack() {
      await Promise.all(taken.splice(0).map(giveBackOne))
    },
    end: () => deadline?.end(),
  }
}

function tooLate({ text }: PluginCall, milliseconds: number): ZtpError {
  const reason = `the plugins took longer than ${milliseconds / 1000} s for the definition, the last of them for ${text}`
  return new ZtpError('ZTP_PLUGIN_FAILED', reason)
}

/** A moment that comes once, and that one at a time waits for. */
type Deadline = {
  /** @param act is done when it comes; at once if it came. @returns how to call it off */
  watch(act: () => void): () => void
  end(): void
}

function startDeadline(milliseconds: number, timer: Timer): Deadline {
  let passed = false
  let watcher: (() => void) | undefined
  const end = timer.after(milliseconds, () => {
    passed = true
    watcher?.()
  })
  return {
    watch(act) {
      watcher = act
      if (passed) act()
      return () => {
        watcher = undefined
      }
    },
    end,
  }
}
