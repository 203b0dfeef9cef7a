<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.voids.title) ?>
<div class="head"><h1><?cs var:W.voids.title ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Row) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.voids.at ?></th><th scope="col"><?cs var:W.voids.number ?></th><th scope="col"><?cs var:W.voids.now ?></th><th scope="col"><?cs var:W.voids.txn ?></th><th scope="col"><?cs var:W.voids.name ?></th><th scope="col"><?cs var:W.voids.belongs ?></th><th scope="col" class="money"><?cs var:W.voids.shift ?></th><th scope="col"><?cs var:W.voids.reason ?></th></tr></thead>
<tbody><?cs each:r = Row ?>
<tr><td class="time"><?cs var:r.At ?></td><td class="number"><?cs var:r.Number ?></td><td class="number"><?cs var:r.Now ?></td><td><a class="number" href="/console/txn?id=<?cs var:r.TxnId ?>"><?cs var:r.Txn ?></a></td><td><?cs var:r.Name ?></td><td><?cs var:r.Org ?></td><td class="money"><?cs var:r.Shift ?></td><td class="text"><?cs var:r.Reason ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.voids.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
