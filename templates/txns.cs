<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.txns.title) ?>
<div class="head"><h1><?cs var:W.txns.title ?></h1><?cs call:exports() ?></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.customer) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filter(Form.op) ?>
<?cs call:filters_go() ?>
<details class="more"<?cs if:MoreOpen ?> open<?cs /if ?>><summary><?cs var:W.more_filters ?></summary>
<div class="more-filters">
<?cs call:filter(Form.begin) ?>
<?cs call:filter(Form.end) ?>
<?cs call:filter(Form.least) ?>
<?cs call:filter(Form.greatest) ?>
<?cs call:filter(Form.meter) ?>
<?cs call:filter(Form.card) ?>
<?cs call:filter(Form.operator) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.terminal) ?>
<?cs call:filter(Form.trace) ?>
<?cs call:filter(Form.channel) ?>
<?cs call:filter(Form.system) ?>
</div></details></form>
<?cs call:ranges() ?>
<?cs if:subcount(Txn) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.txns.at ?></th><th scope="col"><?cs var:W.txns.number ?></th><th scope="col"><?cs var:W.txns.op ?></th><th scope="col"><?cs var:W.txns.customer_col ?></th><th scope="col" class="money"><?cs var:W.txns.amount ?></th><th scope="col"><?cs var:W.txns.method ?></th><th scope="col"><?cs var:W.txns.state ?></th><th scope="col"><?cs var:W.txns.org_col ?></th><th scope="col"><?cs var:W.txns.operator_col ?></th><th scope="col"><?cs var:W.txns.terminal_col ?></th></tr></thead>
<tbody><?cs each:t = Txn ?>
<tr><td class="time"><?cs var:t.At ?></td><td class="number nowrap"><a href="/console/txn?id=<?cs var:t.Id ?>"><?cs var:t.Number ?></a></td><td class="nowrap"><?cs var:t.Op ?></td><td><span class="number"><?cs var:t.Customer ?></span> <?cs var:t.Name ?></td><td class="money"><?cs if:t.Amount ?>¥<?cs var:t.Amount ?><?cs /if ?></td><td class="nowrap"><?cs var:t.Method ?></td><td><?cs call:state(t.State.Kind, t.State.Word) ?></td><td><?cs var:t.Org ?></td><td class="number"><?cs var:t.Operator ?></td><td class="number"><?cs var:t.Terminal ?></td></tr><?cs /each ?>
</tbody></table></div><?cs elif:Reached ?><?cs else ?><p class="empty"><?cs var:W.txns.empty ?></p><?cs /if ?>
<?cs if:Reached ?><p class="reached" role="status"><?cs var:Reached ?></p><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
