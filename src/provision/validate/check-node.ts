import { checkAttributes } from './check-attributes.ts'
import { checkDefinition } from './check-definition.ts'
import { checkNodeFolder } from './check-node-folder.ts'
import { checkNodeReport } from './check-node-report.ts'
import { type DataText, shownPath } from './data-files.ts'
import { checkText, type TextCheck } from './data-text.ts'
import { type CheckedFile, checkedFile } from './report.ts'
import type { Site } from './site.ts'

/**
 * All that can be wrong with a node's folder.
 *
 * @param name of the folder under nodes/
 * @returns the folder itself, then its files
 */
export async function checkNode(name: string, site: Site): Promise<readonly CheckedFile[]> {
  const folder = shownPath(site.files, `nodes/${name}`)
  const read = (file: string) => site.files.read(`nodes/${name}/${file}`)
  const [present, report, pattern, definition, attributes] = await Promise.all([
    site.files.list(`nodes/${name}`),
    read('.node'),
    read('pattern'),
    read('definition'),
    read('attributes'),
  ])
  const global = textOf(definition, (text) => site.survey(text).global.gives)
  const own = textOf(attributes, (text) => site.attributeNames(text))
  const check = (file: string, read: DataText, how: TextCheck) =>
    checkText(`${folder}/${file}`, read, how)
  const files = await Promise.all([
    check('.node', report, checkNodeReport),
    check('pattern', pattern, site.checkPattern),
    check('definition', definition, (text, file) => checkDefinition(text, file, own, site)),
    check('attributes', attributes, (text, file) => checkAttributes(text, file, global, site)),
  ])
  const names = new Set(present.map((each) => each.name))
  const itself = checkedFile(folder, checkNodeFolder(name, folder, names, site))
  return [itself, ...files.filter((each) => each !== undefined)]
}

function textOf(read: DataText, names: (text: string) => readonly string[]): ReadonlySet<string> {
  return new Set(read.kind === 'text' ? names(read.text) : [])
}
