import { cssVariables } from '../../../figures/index.ts'

const variables = Object.entries(cssVariables('print'))
  .map(([name, value]) => `${name}:${value}`)
  .join(';')

/** The sheet's look, on a screen and on A4; the only style of the report, no part of it comes from data. */
export const styleSheet = `
:root{${variables}}
*{box-sizing:border-box}
html{background:#e4e4e4;color:var(--text);font:13px/1.5 var(--font-family);font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
body{margin:24px auto;max-width:1120px;padding:44px 56px 56px;background:var(--surface);box-shadow:0 1px 6px rgba(0,0,0,.18)}
p{margin:0 0 7px;max-width:118ch;text-wrap:pretty}
h1{margin:0;font-size:27px;line-height:1.2;font-weight:650;letter-spacing:-.01em}
h2{margin:0;font-size:18px;line-height:1.3;font-weight:650}
h3{margin:22px 0 8px;font-size:13px;font-weight:650}
a{color:var(--accent);text-decoration:none}
a:hover,a:focus{text-decoration:underline}
.meta{margin:5px 0 0;color:var(--text-muted)}
.banner{margin:0 0 22px;padding:7px 12px;border:1px solid var(--warn);border-left-width:6px;color:var(--warn);font-weight:650}
.banner span{font-weight:400;color:var(--text)}
.badge{display:inline-block;margin-left:12px;padding:0 7px;border:1px solid var(--warn);border-radius:3px;color:var(--warn);font-size:10.5px;line-height:17px;font-weight:650;letter-spacing:.05em;vertical-align:2px;white-space:nowrap}
.overview{display:grid;grid-template-columns:minmax(0,1fr) 190px;gap:36px;margin:24px 0 0;padding:16px 0 14px;border-top:2px solid var(--text);border-bottom:1px solid var(--border)}
.overview h2{margin:0 0 8px;font-size:13px}
.findings{display:grid;grid-template-columns:112px minmax(0,1fr);gap:6px 16px;margin:0}
.findings dt{color:var(--text-muted)}
.findings dd{margin:0;text-wrap:pretty}
.findings .caution{color:var(--warn);font-weight:650}
nav ol{margin:0;padding:0;list-style:none;counter-reset:toc}
nav li{counter-increment:toc;padding:1px 0}
nav li a::before{content:counter(toc);display:inline-block;width:20px;color:var(--text-muted)}
nav .none{color:var(--text-muted)}
section{margin:34px 0 0}
section>header{margin:0 0 12px;padding:0 0 5px;border-bottom:1px solid var(--axis-line)}
.number{display:inline-block;min-width:26px;color:var(--text-muted);font-weight:400}
.empty{padding:9px 13px;border-left:3px solid var(--border);background:var(--raised)}
.empty p:last-child{margin:0}
.notes{margin:10px 0 14px;padding:8px 13px;border-left:3px solid var(--tone-second);background:var(--raised);list-style:none}
.notes li{padding:1px 0;max-width:118ch}
.notes code{margin-right:7px;font:10.5px var(--monospace-family);color:var(--text-muted)}
.notes .item{color:var(--text-muted)}
.figures{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:22px 30px;margin:18px 0 6px}
figure{margin:0;min-width:0;break-inside:avoid}
.figures>figure{grid-column:span 3}
.figures>.third{grid-column:span 2}
.figures>.wide{grid-column:1/-1}
figcaption{color:var(--text-muted);font-size:11.5px;line-height:1.42}
figcaption b{display:block;color:var(--text);font-size:13px;font-weight:650}
figure>svg{display:block;width:100%;height:auto;margin:6px 0 2px}
figure>svg text{font-variant-numeric:tabular-nums}
.images{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:16px;margin:16px 0 8px}
.images img{display:block;width:100%;height:auto;margin:0 0 5px;border:1px solid var(--border)}
details{margin:3px 0 0;font-size:11.5px}
summary{cursor:pointer;color:var(--accent)}
.scroll{overflow-x:auto;max-width:100%}
details .scroll{max-height:300px;overflow-y:auto}
table{margin:18px 0 4px;border-collapse:collapse;min-width:min(100%,620px);font-size:12px;line-height:1.4}
details table{margin:6px 0;font-size:11px}
caption{padding:0 0 6px;text-align:left;font-weight:650;font-size:12.5px;caption-side:top}
caption span{font-weight:400;color:var(--text-muted)}
details caption{font-weight:400;color:var(--text-muted)}
th,td{padding:3px 11px;border-bottom:1px solid var(--grid-line);text-align:left;vertical-align:baseline;font-weight:400}
thead th{border-top:1px solid var(--axis-line);border-bottom:1px solid var(--axis-line);font-weight:600;vertical-align:bottom}
tbody tr:last-child>*{border-bottom-color:var(--axis-line)}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
.long th,.long td{padding-top:1.5px;padding-bottom:1.5px}
.r{text-align:right}
td.r{white-space:nowrap}
.unit{color:var(--text-muted);font-weight:400;white-space:nowrap}
.break{overflow-wrap:anywhere}
footer{margin:40px 0 0;padding:9px 0 0;border-top:1px solid var(--border);color:var(--text-muted);font-size:11.5px}
@media screen and (max-width:820px){body{margin:0;padding:20px}.overview,.figures{grid-template-columns:minmax(0,1fr)}.figures>figure{grid-column:auto}}
@page{size:A4;margin:15mm 14mm 16mm}
@media print{
html{background:none;font-size:9.6pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;max-width:none;padding:0;box-shadow:none}
h1{font-size:19pt}h2{font-size:13pt}
.overview{grid-template-columns:minmax(0,1fr) 140px;gap:22px}
.figures{gap:14px 18px}
.images{grid-template-columns:repeat(3,1fr)}
table{font-size:7.8pt}th,td{padding:1.6px 5px}
figcaption{font-size:7.8pt}figcaption b{font-size:9pt}
h2,h3,caption,section>header{break-after:avoid}
thead{display:table-header-group}tr,.banner,.notes,.empty{break-inside:avoid}
details{display:none}
a{color:inherit}
.scroll{overflow:visible}
}
`.trim()
