import { listenText } from './addresses.ts'
import { optionRows, type Settings } from './options.ts'

type Section = Readonly<Record<string, string | number | boolean>>

/** The settings that ZTPServer has too, as its plugins look for them: section → key → value. */
export function ztpserverSections(settings: Settings): Readonly<Record<string, Section>> {
  const serverInterface = listenText(settings.serverInterface)
  const values = new Map(Object.entries({ ...settings, serverInterface }))
  const sections: Record<string, Section> = {}
  for (const { name, section, key, since } of optionRows()) {
    const value = values.get(name)
    if (since !== 'ZTPServer' || value === undefined || typeof value === 'object') continue
    sections[section] = { ...sections[section], [key]: value }
  }
  return sections
}
