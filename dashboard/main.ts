import './styles/tokens.css'
import './styles/layout.css'
import './styles/visually-hidden.css'
import './styles/chart.css'
import './styles/tickers.css'
import './styles/token.css'
import './styles/pipeline.css'
import './styles/coverage.css'
import { startPage } from './start-page.ts'
import { readPageConfig } from './shell/read-page-config.ts'
import { showStartTrouble } from './shell/start-trouble.ts'

const config = readPageConfig()
if (typeof config === 'string') showStartTrouble(config)
else startPage(config)
