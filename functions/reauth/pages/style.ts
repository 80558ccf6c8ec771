/** The one style sheet. Contrast is at least 4.5 to 1 for text and 3 to 1 for edges, in light and in dark. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--calm:#2f5fb3;--act:#9a5400;--good:#19693c;--trouble:#b3261e;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#101418;--card:#191e24;--ink:#e8ebee;--soft:#a3adb8;--line:#343c46;--calm:#8ab4f8;--act:#f0b35a;--good:#6fcf97;--trouble:#ff8a80;--on:#101418}}
.calm{--tone:var(--calm)}.act{--tone:var(--act)}.good{--tone:var(--good)}.trouble{--tone:var(--trouble)}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-size-adjust:100%}
.shell{max-width:42rem;margin:0 auto;padding:clamp(1rem,5vw,3.5rem) 1rem}
.name{margin:0 0 1rem;color:var(--soft);font-size:.9375rem;font-weight:600}
main{background:var(--card);border:1px solid var(--line);border-top:.3rem solid var(--tone);border-radius:.6rem;padding:clamp(1.25rem,5vw,2.25rem)}
h1{margin:0 0 1rem;font-size:clamp(1.4rem,1.1rem + 1.6vw,1.9rem);line-height:1.25;text-wrap:balance}
h2{margin:2rem 0 .5rem;font-size:1.0625rem}
p{margin:0 0 1rem;text-wrap:pretty}
dl{margin:1.25rem 0;border-top:1px solid var(--line)}
dl>div{display:flex;flex-wrap:wrap;gap:0 1.5rem;padding:.55rem 0;border-bottom:1px solid var(--line)}
dt{flex:1 1 9rem;color:var(--soft)}
dd{flex:3 1 14rem;margin:0;font-variant-numeric:tabular-nums;text-wrap:pretty}
progress{display:block;width:100%;height:.9rem;accent-color:var(--tone)}
ol{margin:0 0 1rem;padding-inline-start:1.4rem}
li{margin-bottom:.35rem}
form{margin:1.75rem 0}
button{font:inherit;font-weight:650;width:100%;min-height:3.25rem;padding:.75rem 1.5rem;border:0;border-radius:.5rem;background:var(--calm);color:var(--on);cursor:pointer}
button:hover{filter:brightness(1.12)}
button.second{background:none;color:var(--ink);border:1px solid var(--soft);font-weight:500}
a{color:var(--calm);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--calm);outline-offset:3px;border-radius:.25rem}
code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9em;padding:.1em .35em;border:1px solid var(--line);border-radius:.25rem;white-space:nowrap}
main>:last-child{margin-bottom:0}
.quiet{margin:1.5rem 0 0;color:var(--soft);font-size:.9375rem}
@media(forced-colors:active){button{border:1px solid}}
`
