<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.reports.title) ?>
<div class="head"><h1><?cs var:W.reports.title ?></h1></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.month) ?>
<?cs call:filters_end() ?>
<nav class="ranges" aria-label="<?cs var:W.reports.months ?>"><a href="<?cs var:url_validate(Earlier.Href) ?>">← <?cs var:Earlier.Label ?></a> <?cs if:Later.Href ?><a href="<?cs var:url_validate(Later.Href) ?>"><?cs var:Later.Label ?> →</a><?cs /if ?></nav>
<?cs if:subcount(Report) > 0 ?><div class="sheet" tabindex="0"><table class="table"><caption class="visually-hidden"><?cs var:Org ?></caption><thead><tr><th scope="col"><?cs var:W.reports.period ?></th><th scope="col"><?cs var:W.reports.kind ?></th><th scope="col"><?cs var:W.reports.org_col ?></th><th scope="col">CSV</th><th scope="col">XLSX</th></tr></thead><tbody>
<?cs each:r = Report ?><tr><th scope="row" class="number"><?cs var:r.Period ?></th><td><?cs var:r.Kind ?></td><td><?cs var:Org ?></td><td><?cs if:r.Csv ?><a href="<?cs var:url_validate(r.Csv) ?>" download>CSV</a> <?cs /if ?><?cs if:r.CsvKb ?><span class="note"><?cs var:r.CsvKb ?> KiB</span><?cs /if ?></td><td><?cs if:r.Xlsx ?><a href="<?cs var:url_validate(r.Xlsx) ?>" download>XLSX</a> <?cs /if ?><?cs if:r.XlsxKb ?><span class="note"><?cs var:r.XlsxKb ?> KiB</span><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.reports.empty) ?><?cs /if ?>
<?cs call:page_end() ?>
