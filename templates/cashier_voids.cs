<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.voids.mine) ?>
<section class="till-what" aria-labelledby="s-voids"><div class="head"><h2 id="s-voids"><?cs var:W.voids.mine ?></h2><?cs call:exports() ?></div>
<?cs call:ranges() ?>
<?cs call:filters_begin() ?><?cs call:filter(Form.from) ?><?cs call:filter(Form.to) ?><?cs call:filters_end() ?>
<?cs if:subcount(Row) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.voids.at ?></th><th scope="col"><?cs var:W.voids.number ?></th><th scope="col"><?cs var:W.voids.now ?></th><th scope="col"><?cs var:W.voids.txn ?></th><th scope="col" class="money"><?cs var:W.voids.shift ?></th><th scope="col"><?cs var:W.voids.reason ?></th></tr></thead><tbody>
<?cs each:r = Row ?><tr><td class="time"><?cs var:r.At ?></td><td class="number"><?cs var:r.Number ?></td><td class="number"><?cs var:r.Now ?></td><td><a class="number" href="/cashier/done?id=<?cs var:r.TxnId ?>"><?cs var:r.Txn ?></a></td><td class="money"><?cs var:r.Shift ?></td><td class="text"><?cs var:r.Reason ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.voids.empty) ?><?cs /if ?>
<?cs call:pages() ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
