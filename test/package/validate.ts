import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate'
import type { CompiledTemplate } from './template.ts'

/** What AWS's validator holds for an error: that the deployment would fail, or, W3030, that a value is none that AWS knows. */
export const validatorErrors = (template: CompiledTemplate): readonly string[] => {
  const dir = mkdtempSync(join(tmpdir(), 'alpha-kite-validate-'))
  const engine = new RegoEngine()
  try {
    const file = join(dir, 'template.json')
    writeFileSync(file, JSON.stringify(template))
    return engine
      .validateStandard(new TemplateFile(file))
      .diagnostics.filter(({ severity, ruleId }) => severity === 'FATAL' || severity === 'ERROR' || ruleId === 'W3030')
      .map(({ ruleId, entity, message }) => `${entity?.logicalId ?? 'template'} ${ruleId}: ${message}`)
  } finally {
    engine.free()
    rmSync(dir, { recursive: true, force: true })
  }
}
