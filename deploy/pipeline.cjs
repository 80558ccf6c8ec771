'use strict'
// ${file(./deploy/pipeline.cjs)} in serverless.yml. A CommonJS file, because the framework takes a .mjs for plain text.
const { isAbsolute, relative, resolve } = require('node:path')

const root = resolve(__dirname, '..')
const path = resolve(root, process.env.PIPELINE_FILE || 'pipeline.yml')

/** The checked pipeline.yml, or the file that PIPELINE_FILE names. A mistake in it stops the command before anything is packaged. */
module.exports = async () => {
  refuseForeignFile()
  const load = await loader()
  try {
    return load(shown(path))
  } catch (error) {
    // The framework prints the stack: leave the message alone in it.
    if (error.name === 'PipelineFileInvalid') error.stack = `\n${error.message}\n`
    throw error
  }
}

/** The file goes along into the zips under its own name: one from elsewhere would be nowhere to be found there. */
const refuseForeignFile = () => {
  const name = process.env.PIPELINE_FILE
  if (!name || !process.argv.includes('deploy')) return
  if (!isAbsolute(name) && !relative(root, path).startsWith('..')) return
  const error = new Error(
    `PIPELINE_FILE=${name}: to be deployed it has to lie in the project, and be named from there, as PIPELINE_FILE=second.yml`,
  )
  error.stack = `\n${error.message}\n`
  throw error
}

const shown = (file) => {
  const short = relative(process.cwd(), file)
  return short.startsWith('..') ? file : short
}

const loader = async () => {
  try {
    return (await import('../shared/adapters/pipeline-file.ts')).loadPipelineFile
  } catch (error) {
    if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error
    const tooOld = new Error(
      `this is Node ${process.versions.node}, which cannot run TypeScript: start it by "npx serverless", which uses the Node 24 of this project`,
    )
    tooOld.stack = `\n${tooOld.message}\n`
    throw tooOld
  }
}
