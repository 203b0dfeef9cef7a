<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.oplog_check.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.oplog_check.where ?>"><a href="/console/oplog"><?cs var:W.oplog_check.all ?></a></nav>
<h1><?cs var:W.oplog_check.title ?></h1>
<?cs if:Checked.Bad ?><div class="alert alert-danger" role="alert"><?cs var:W.oplog_check.bad ?> <?cs var:Checked.Bad ?></div><?cs else ?><div class="alert alert-success" role="status"><?cs var:W.oplog_check.good ?></div><?cs /if ?>
<dl class="facts"><?cs call:fact(W.oplog_check.rows, Checked.Rows) ?><?cs call:fact(W.oplog_check.at, Checked.At) ?><div><dt><?cs var:W.oplog_check.ms ?></dt><dd><?cs var:Checked.Ms ?></dd></div></dl>
<?cs if:subcount(Bad) > 0 ?><section aria-labelledby="s-bad"><h2 id="s-bad"><?cs var:W.oplog_check.found ?></h2><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.oplog_check.row ?></th><th scope="col"><?cs var:W.oplog_check.wrong ?></th></tr></thead>
<tbody><?cs each:b = Bad ?><tr><td class="number"><?cs var:b.Object ?></td><td><?cs var:b.What ?></td></tr><?cs /each ?></tbody></table></div></section>
<p class="why"><?cs var:W.oplog_check.help ?></p><?cs /if ?>
<?cs call:page_end() ?>
