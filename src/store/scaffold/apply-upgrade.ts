import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { replaceFile } from '../atomic-write.ts'
import { statIfAny } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { copyFile } from './copy-tree.ts'
import { sha256Of, type UpgradePlan, type UpgradeStep } from './upgrade-plan.ts'

/**
 * Does what the plan says: first a copy of every file it will touch, then the steps. Cut short
 * anywhere, a new plan does the rest.
 *
 * @param backup a folder that is not there yet
 * @returns whether something was there to be copied; otherwise the backup is not made
 * @throws ZtpError ZTP_STORE_FAILED, also when a file was changed since the plan was made: nothing
 *   has been touched then
 */
export async function applyUpgrade(plan: UpgradePlan, backup: string): Promise<boolean> {
  for (const step of plan.steps) await checkUnchanged(plan, step)
  let copied = false
  for (const step of plan.steps) copied = (await backUp(plan, step, backup)) || copied
  for (const step of plan.steps) await apply(plan, step)
  return copied
}

async function checkUnchanged({ folder }: UpgradePlan, step: UpgradeStep): Promise<void> {
  const path = join(folder, step.path)
  const planned = step.kind === 'add' ? undefined : step.sha256
  if ((await sha256Of(path)) === planned) return
  throw new ZtpError('ZTP_STORE_FAILED', `${path} was changed meanwhile: nothing was upgraded`)
}

/** @returns false when there is nothing yet */
async function backUp(
  { folder }: UpgradePlan,
  step: UpgradeStep,
  backup: string,
): Promise<boolean> {
  const path = step.kind === 'beside' ? step.newPath : step.path
  const target = join(backup, path)
  try {
    if ((await statIfAny(join(folder, path))) === undefined) return false
    await copyFile(join(folder, path), target)
    await syncFolder(dirname(target))
    return true
  } catch (thrown) {
    throw storeFailure('create', target, thrown)
  }
}

async function apply({ folder }: UpgradePlan, step: UpgradeStep): Promise<void> {
  const path = join(folder, step.path)
  try {
    switch (step.kind) {
      case 'replace':
        await replaceFile(path, await readFile(step.source))
        return
      case 'beside':
        await replaceFile(join(folder, step.newPath), await readFile(step.source))
        return
      case 'add':
        await copyFile(step.source, path)
        break
      case 'retire':
        await rm(path)
    }
    await syncFolder(dirname(path))
  } catch (thrown) {
    throw storeFailure('write', path, thrown)
  }
}
