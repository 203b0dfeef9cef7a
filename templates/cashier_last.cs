<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.title_last) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.who ?>"><?cs call:find(1) ?></section>
<section class="till-what" aria-labelledby="s-rows"><h2 id="s-rows"><?cs var:W.cashier.title_last ?></h2>
<?cs if:subcount(Row) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.cashier.at ?></th><th scope="col"><?cs var:W.cashier.no ?></th><th scope="col"><?cs var:W.cashier.business ?></th><th scope="col" class="money"><?cs var:W.cashier.sum ?></th><th scope="col"><?cs var:W.cashier.state ?></th><th scope="col"><?cs var:W.action ?></th></tr></thead><tbody>
<?cs each:r = Row ?><tr><td class="time"><?cs var:r.At ?></td><td class="number"><?cs var:r.Customer ?></td><td><?cs var:r.Op ?> <?cs var:r.Method ?></td><td class="money"><?cs var:r.Amount ?></td><td><?cs call:state(r.Kind, r.Word) ?></td><td class="nowrap"><a href="/cashier/done?id=<?cs var:r.Id ?>"><?cs var:W.cashier.open ?></a><?cs if:r.Reversible ?> <a href="/cashier/reverse?id=<?cs var:r.Id ?>"><?cs var:W.cashier.reverse ?></a><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div>
<?cs if:Next ?><nav class="pages" aria-label="<?cs var:W.pages ?>"><a class="btn btn-sm btn-plain" href="/cashier/last?before=<?cs var:Next ?>" rel="next"><?cs var:W.next_page ?></a></nav><?cs /if ?>
<?cs else ?><p class="empty"><?cs var:W.cashier.no_last ?></p><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
