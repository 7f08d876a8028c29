/// The look of a report page: one column, tables that scroll by themselves, light and dark.
enum PageStyle {
  static let sheet = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--surface);color:var(--ink);line-height:1.5;\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    main{max-width:968px;margin:0 auto;padding:32px 24px 64px}
    h1{font-size:28px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
    h2{font-size:19px;margin:40px 0 12px;padding-top:16px;border-top:1px solid var(--grid)}
    p{margin:0 0 12px;max-width:76ch}.note{color:var(--muted);font-size:14px}
    svg.chart{display:block;width:100%;min-width:680px;height:auto}figure{margin:8px 0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:20px 0}
    .tile{background:var(--band);border-radius:8px;padding:12px 16px}
    .tile b{display:block;font-size:22px;font-weight:600;font-variant-numeric:tabular-nums}
    .tile span{color:var(--muted);font-size:13px}
    .scroll{overflow-x:auto;margin:8px 0 16px}
    table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
    caption{text-align:left;color:var(--muted);padding:0 0 6px;white-space:nowrap}
    .tables{display:flex;flex-wrap:wrap;gap:0 48px}.tables .scroll{max-width:100%}
    th,td{padding:4px 12px;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
    th{font-weight:600}thead th{border-bottom:1px solid var(--axis)}
    th:first-child,td:first-child{padding-left:0;text-align:left}
    thead th{max-width:22ch;overflow:hidden;text-overflow:ellipsis}.names th,.names td{text-align:left}
    .names td{white-space:normal;overflow-wrap:anywhere}
    .swatch{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px}
    .warnings{border-left:4px solid var(--warn);background:var(--band);padding:10px 16px;\
    border-radius:0 8px 8px 0;margin:16px 0}
    .warnings ul{margin:4px 0 0;padding-left:20px}.warnings b{color:var(--warn)}
    pre{background:var(--band);border-radius:8px;padding:12px 16px;overflow-x:auto;font-size:14px;\
    white-space:pre-wrap;overflow-wrap:anywhere}
    details{margin:8px 0}summary{cursor:pointer;color:var(--muted)}
    footer{margin-top:48px;color:var(--muted);font-size:13px}
    @media print{main{max-width:none;padding:0}h2{break-after:avoid}svg,table{break-inside:avoid}}

    """
}
