<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.refunds.title) ?>
<div class="head"><h1><?cs var:W.refunds.title ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.state) ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Row) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs call:th_sort(List.Sort.at, W.refunds.at) ?><th scope="col"><?cs var:W.refunds.number ?></th><th scope="col"><?cs var:W.refunds.customer ?></th><th scope="col" class="money"><?cs var:W.refunds.amount ?></th><th scope="col"><?cs var:W.refunds.method ?></th><th scope="col"><?cs var:W.refunds.reason ?></th><th scope="col"><?cs var:W.refunds.state ?></th></tr></thead><tbody>
<?cs each:r = Row ?><tr><td class="time"><?cs var:r.At ?></td><td><a class="number" href="<?cs if:May.Open ?>/console/refund?id=<?cs else ?>/console/txn?id=<?cs /if ?><?cs var:r.OrigId ?>"><?cs var:r.Number ?></a></td><td class="number"><?cs var:r.Customer ?></td><td class="money">¥<?cs var:r.Amount ?></td><td><?cs var:r.Method ?></td><td class="text"><?cs var:r.Reason ?></td><td><?cs call:state(r.Kind, r.Word) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.refunds.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
