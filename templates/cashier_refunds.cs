<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.refund.all) ?>
<?cs def:rows(list, sorted) ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><?cs if:sorted ?><?cs call:th_sort(List.Sort.at, W.refund.asked_at) ?><?cs else ?><th scope="col"><?cs var:W.refund.asked_at ?></th><?cs /if ?><th scope="col"><?cs var:W.cashier.number ?></th><th scope="col"><?cs var:W.cashier.no ?></th><th scope="col" class="money"><?cs var:W.cashier.sum ?></th><th scope="col"><?cs var:W.refund.method ?></th><th scope="col"><?cs var:W.refund.state ?></th></tr></thead><tbody>
<?cs each:r = list ?><tr><td class="time"><?cs var:r.At ?></td><td><a class="number" href="/cashier/refund?id=<?cs var:r.OrigId ?>"><?cs var:r.Number ?></a></td><td class="number"><?cs var:r.Customer ?></td><td class="money"><?cs var:r.Amount ?></td><td><?cs var:r.Method ?></td><td><?cs call:state(r.Kind, r.Word) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs /def ?>
<section class="till-who" aria-labelledby="s-find"><h2 id="s-find"><?cs var:W.refund.new ?></h2><form method="get" action="/cashier/refund" class="till-find">
<label class="form-label" for="f-id"><?cs var:W.refund.number ?></label><div class="till-row"><input class="form-control" type="text" inputmode="numeric" id="f-id" name="id" maxlength="18" autocomplete="off" required data-focus aria-describedby="h-id"><button type="submit" class="btn btn-main"><?cs var:W.cashier.query ?></button></div><p class="form-text" id="h-id"><?cs var:W.refund.number_help ?></p></form></section>
<section class="till-what" aria-labelledby="s-ready"><h2 id="s-ready"><?cs var:W.refund.ready ?></h2>
<?cs if:subcount(Ready) > 0 ?><?cs call:rows(Ready, 0) ?><?cs else ?><p class="empty"><?cs var:W.refund.none_ready ?></p><?cs /if ?>
<div class="head"><h2><?cs var:W.refund.mine ?></h2><?cs call:exports() ?></div>
<?cs call:filters_begin() ?><?cs call:filter(Form.state) ?><?cs call:filter(Form.q) ?><?cs call:filter(Form.from) ?><?cs call:filter(Form.to) ?><?cs call:filters_end() ?>
<?cs if:subcount(Mine) > 0 ?><?cs call:rows(Mine, 1) ?><?cs else ?><?cs call:empty(W.refund.none_mine) ?><?cs /if ?>
<?cs call:pages() ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
