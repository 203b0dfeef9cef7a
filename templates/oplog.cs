<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.oplog.title) ?>
<div class="head"><h1><?cs var:W.oplog.title ?></h1>
<div class="actions"><?cs call:export_links() ?><?cs if:May.Check ?> <?cs call:button("/console/oplog/check", "", "", W.oplog.check, "btn-plain") ?><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.who) ?>
<?cs call:filter(Form.what) ?>
<?cs call:filter(Form.object) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Log) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.when ?></th><th scope="col"><?cs var:W.who ?></th><th scope="col"><?cs var:W.oplog.origin ?></th><th scope="col"><?cs var:W.what ?></th><th scope="col"><?cs var:W.oplog.thing ?></th><th scope="col"><?cs var:W.detail ?></th></tr></thead>
<tbody><?cs each:l = Log ?>
<tr><td class="time"><?cs var:l.At ?></td><td><?cs var:l.Who ?></td><td class="number"><?cs var:l.Origin ?></td><td class="what"><?cs var:l.What ?> <?cs if:l.What != l.Key ?><span class="key-name"><?cs var:l.Key ?></span><?cs /if ?></td><td><?cs var:l.Object ?></td><td class="text"><?cs call:detail(l) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs elif:Reached ?><?cs else ?><?cs call:empty(W.oplog.empty) ?><?cs /if ?>
<?cs if:Reached ?><p class="reached" role="status"><?cs var:Reached ?></p><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
